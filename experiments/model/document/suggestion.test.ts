import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distance, nearest } from "./suggestion.ts";

describe("distance", () => {
  it.each([
    ["", "abc", 3],
    ["latency", "latency", 0],
    ["latncy", "latency", 1],
    ["latecny", "latency", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ])("from %s to %s is %i", (a, b, expected) => {
    expect(distance(a, b)).toBe(expected);
  });

  it("is the same both ways, and never more than the longer word", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(
        word,
        word,
        (a, b) => distance(a, b) === distance(b, a) && distance(a, b) <= Math.max(a.length, b.length),
      ),
    );
  });
});

describe("nearest", () => {
  it("finds what differs only in habit", () => {
    expect(nearest("slow-close", ["slice", "slowClose"])).toBe("slowClose");
    expect(nearest("BANDWIDTH", ["bandwidth"])).toBe("bandwidth");
  });
  it("finds nothing where nothing is near", () => {
    expect(nearest("kill", ["latency", "abort", "partition"])).toBeUndefined();
    expect(nearest("", ["a"])).toBeUndefined();
    expect(nearest("x".repeat(10_000), ["x"])).toBeUndefined();
  });
});
