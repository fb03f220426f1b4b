import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Stalls } from "./stalls.ts";

describe("stalls", () => {
  it("overlap with a look by the time that they share with it", () => {
    const stalls = new Stalls();
    stalls.add(1_000, 1_700);
    expect(stalls.overlap(1_200, 1_500)).toBe(300);
    expect(stalls.overlap(0, 3_000)).toBe(700);
    expect(stalls.overlap(1_600, 3_000)).toBe(100);
    expect(stalls.overlap(1_700, 3_000)).toBe(0);
  });
  it("count once where two agents stood still at the same time, in whatever order they told", () => {
    const interval = fc.tuple(fc.integer({ min: 0, max: 200 }), fc.integer({ min: -5, max: 60 }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), interval, (all, [fromMs, length]) => {
        const stalls = new Stalls();
        for (const [from, ms] of all) stalls.add(from, from + ms);
        let still = 0;
        for (let ms = fromMs; ms < fromMs + length; ms++)
          if (all.some(([from, of]) => from <= ms && ms < from + of)) still++;
        expect(stalls.overlap(fromMs, fromMs + length)).toBe(still);
      }),
    );
  });
});
