import { describe, expect, it } from "vitest";
import { median, pairedRatio, quantile, seededChance, shuffled } from "./statistics.ts";

describe("the statistics of the bench", () => {
  it("take the middle value, or the mean of the middle two", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, Number.NaN]);
  });

  it("take the nearest rank for a quantile, and the greatest value for the last", () => {
    const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);
    expect([quantile(hundred, 0.5), quantile(hundred, 0.99), quantile(hundred, 1)]).toEqual([50, 99, 100]);
  });

  it("take ratios inside each round, so that a slow round does not count twice", () => {
    expect(pairedRatio([20, 30, 80], [10, 10, 40])).toBe(2);
  });

  it("shuffle without losing an item, the same for a seed and different for another", () => {
    const items = [1, 2, 3, 4, 5, 6];
    expect(shuffled(items, 1).toSorted()).toEqual(items);
    expect(shuffled(items, 1)).toEqual(shuffled(items, 1));
    expect(new Set([1, 2, 3, 4, 5, 6, 7].map((seed) => shuffled(items, seed).join())).size).toBeGreaterThan(3);
  });

  it("draw numbers from 0 to below 1 from a seed", () => {
    const chance = seededChance(7);
    const drawn = Array.from({ length: 1_000 }, chance);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(median(drawn)).toBeGreaterThan(0.4);
    expect(median(drawn)).toBeLessThan(0.6);
  });
});
