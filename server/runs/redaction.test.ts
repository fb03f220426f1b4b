import { describe, expect, it } from "vitest";
import { withoutSecrets } from "./redaction.ts";

describe("redaction", () => {
  it("takes a secret out of every text, wherever it stands", () => {
    const value = { why: "token abc123 refused", list: [{ headers: { authorization: "Bearer abc123" } }] };
    expect(JSON.stringify(withoutSecrets(value, ["abc123"]))).not.toContain("abc123");
  });
  it("leaves our own words alone, so that the record stays readable", () => {
    const event = { type: "tallied", phase: "during", why: "http during" };
    expect(withoutSecrets(event, ["http", "during", "tallied"])).toMatchObject({ type: "tallied", phase: "during" });
  });
  it("touches nothing when there is no secret", () => {
    const value = { a: 1 };
    expect(withoutSecrets(value, [])).toBe(value);
  });
});
