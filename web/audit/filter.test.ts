import { describe, expect, it } from "vitest";
import { auditFilterIn, auditQueryOf, isNarrow, queryOf } from "./filter.ts";

describe("the narrowing of the audit log", () => {
  it("comes back from the address as it was", () => {
    const narrowing = { principal: "alice & bob", action: "DELETE /api/v1/tokens/:id", when: "day" as const };
    expect(auditFilterIn(new URLSearchParams(queryOf(narrowing)))).toEqual(narrowing);
    expect(isNarrow(narrowing)).toBe(true);
  });
  it("asks for everything where nothing was said", () => {
    const narrowing = auditFilterIn(new URLSearchParams());
    expect(isNarrow(narrowing)).toBe(false);
    expect(auditQueryOf(narrowing, 0)).toEqual({});
  });
});
