import { describe, expect, it } from "vitest";
import { sumOf, type Tally } from "../evidence/tally.ts";
import { chance } from "../statistics/random.ts";
import {
  isClustered,
  leastGood,
  leastGoodSoFar,
  samplesToShow,
  sayBound,
  sayShows,
  saySoFar,
  spellShare,
} from "./bounds.ts";

const second = (at: number, good: number, bad: number): Tally => ({
  ...{ of: "e", phase: "during", fromMs: at * 1_000, toMs: at * 1_000 + 1_000 },
  ...{ good, bad, errored: 0, firstBad: [] },
});
const series = (...bad: readonly number[]) => {
  const tallies = bad.map((each, at) => second(at, 40 - each, each));
  return { tallies, count: sumOf(tallies) };
};

describe("the bound of a finished phase", () => {
  it("is exact: known values of Clopper and Pearson", () => {
    expect(leastGood({ good: 160, bad: 0, errored: 0 })).toBeCloseTo(0.98145, 5);
    expect(leastGood({ good: 21, bad: 0, errored: 0 })).toBeCloseTo(0.86705, 5);
    expect(leastGood({ good: 95, bad: 5, errored: 3 })).toBeCloseTo(1 - 0.10225, 4);
    expect(leastGood({ good: 0, bad: 0, errored: 9 })).toBe(0);
  });
  it("is told with what it rests on, and of those that met the fault where all were good", () => {
    expect(sayBound(series(0, 0, 0, 0), 21)).toBe(
      "That shows ≥ 98.1% (95%, one-sided, if requests fail independently); of the 21 that were hit, 0 bad: ≥ 86.7%.",
    );
    expect(sayBound(series(0, 1, 0, 0), 21)).not.toMatch(/were hit/);
    expect(sayBound(series(), null)).toBe("");
  });
  it("is none where bad ones came together", () => {
    expect(isClustered(series(0, 0, 12, 0, 0))).toBe(true);
    expect(isClustered(series(2, 3, 2, 2, 3))).toBe(false);
    expect(sayBound(series(0, 0, 12, 0, 0), null)).toBe("No bound follows from that: bad ones came together.");
  });
  it("never claims more than it knows when it is spelt", () => {
    for (const share of [0.98145, 0.999999, 0.5, 0.123456, 0.9999]) {
      const spelt = Number.parseFloat(spellShare(share)) / 100;
      expect(spelt).toBeLessThanOrEqual(share);
      expect(spelt).toBeGreaterThan(share - Math.max(0.0011, (1 - share) / 5));
    }
  });
});

describe("the bound of a phase that is not over", () => {
  it("is wider than that of a finished one", () => {
    const count = { good: 160, bad: 0, errored: 0 };
    expect(leastGoodSoFar(count)).toBeLessThan(leastGood(count));
    expect(saySoFar(count)).toMatch(/^So far ≥ 9\d/);
    expect(leastGoodSoFar({ good: 0, bad: 0, errored: 0 })).toBe(0);
  });
  it("covers the truth at every moment of 19 phases of 20, however often it is looked at", () => {
    const TRUTH = 0.95;
    let failed = 0;
    for (let phase = 0; phase < 400; phase++) {
      let [good, bad] = [0, 0];
      for (let i = 0; i < 300; i++) {
        if (chance(phase, "coverage", String(i)) < TRUTH) good++;
        else bad++;
        if (leastGoodSoFar({ good, bad, errored: 0 }) <= TRUTH) continue;
        failed++;
        break;
      }
    }
    expect(failed).toBeLessThanOrEqual(0.05 * 400);
  });
});

it("samples that show an objective", () => {
  expect(samplesToShow(0.99)).toBe(299);
  expect(samplesToShow(0.95)).toBe(59);
  expect(samplesToShow(1)).toBe(Number.POSITIVE_INFINITY);
  expect(sayShows(0.99, 160)).toBe("shows at best 98.1%; 299 samples would show 99%");
  expect(sayShows(0.99, 299)).toBeNull();
  expect(sayShows(1, 20)).toBe("shows at best 86%");
});
