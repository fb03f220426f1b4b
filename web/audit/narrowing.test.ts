import { describe, expect, it } from "vitest";
import { askedOf, isNarrow, narrowingIn, queryOf } from "./narrowing.ts";

describe("the narrowing of the audit log", () => {
  it("comes back from the address as it was", () => {
    const narrowing = { principal: "alice & bob", action: "DELETE /api/v1/tokens/:id", when: "day" as const };
    expect(narrowingIn(new URLSearchParams(queryOf(narrowing)))).toEqual(narrowing);
    expect(isNarrow(narrowing)).toBe(true);
  });
  it("asks for everything where nothing was said", () => {
    const narrowing = narrowingIn(new URLSearchParams());
    expect(isNarrow(narrowing)).toBe(false);
    expect(askedOf(narrowing, 0)).toEqual({});
  });
});
