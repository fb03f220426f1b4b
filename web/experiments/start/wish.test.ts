import { describe, expect, it } from "vitest";
import { PLAIN, startRequestOf } from "./start-options.ts";

describe("what is asked of a start", () => {
  it("is nothing beside the experiment, unless somebody says more", () => {
    expect(startRequestOf(PLAIN)).toEqual({ seed: null, mode: "full", labels: {} });
    expect(startRequestOf({ seed: " 42 ", mode: "shadow", labels: "a=b, team=x=y,," })).toEqual({
      ...{ seed: 42, mode: "shadow", labels: { a: "b", team: "x=y" } },
    });
  });
  it("that cannot be understood is told, never sent", () => {
    for (const seed of ["-1", "1.5", "x", String(2 ** 31)])
      expect(startRequestOf({ ...PLAIN, seed })).toEqual({ problem: expect.stringContaining("whole number") });
    expect(startRequestOf({ ...PLAIN, labels: "a=b, team" })).toEqual({ problem: "The label team is not key=value." });
  });
});
