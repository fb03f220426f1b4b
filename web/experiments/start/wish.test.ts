import { describe, expect, it } from "vitest";
import { askedOf, PLAIN } from "./wish.ts";

describe("what is asked of a start", () => {
  it("is nothing beside the experiment, unless somebody says more", () => {
    expect(askedOf(PLAIN)).toEqual({ seed: null, mode: "full", labels: {} });
    expect(askedOf({ seed: " 42 ", mode: "shadow", labels: "a=b, team=x=y,," })).toEqual({
      ...{ seed: 42, mode: "shadow", labels: { a: "b", team: "x=y" } },
    });
  });
  it("that cannot be understood is told, never sent", () => {
    for (const seed of ["-1", "1.5", "x", String(2 ** 31)])
      expect(askedOf({ ...PLAIN, seed })).toEqual({ problem: expect.stringContaining("whole number") });
    expect(askedOf({ ...PLAIN, labels: "a=b, team" })).toEqual({ problem: "The label team is not key=value." });
  });
});
