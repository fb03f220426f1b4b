import { describe, expect, it } from "vitest";
import { damagedSince, detectableRate, isAlike, openTest, p95BoundRank, slowAfterMs, watchSecond } from "./leak.ts";

const BASELINE = { n: 200, bad: 0 };
const watched = (seconds: readonly (readonly [n: number, bad: number])[], baseline = BASELINE) =>
  seconds.reduce((test, [n, bad], i) => watchSecond(test, { n, bad }, i * 1_000), openTest(baseline, 0.01, 12));
const times = <T>(count: number, what: T): T[] => Array.from({ length: count }, () => what);

describe("the test for a leak", () => {
  it("allows what the baseline does not refute, and the margin", () => {
    // 1 - (0.005 / 12)^(1 / 200) = 3.82%.
    expect(openTest(BASELINE, 0.01, 12).allowed).toBeCloseTo(0.0382 + 0.01, 4);
    expect(openTest({ n: 0, bad: 0 }, 0.01, 12).allowed).toBe(1);
  });
  it("is proven by damage that lasts, and says since when", () => {
    const seconds = [...times(3, [20, 0] as const), ...times(8, [20, 8] as const)];
    expect(damagedSince(watched(seconds))).toBe(3_000);
  });
  it("is not proven by damage in fewer than five seconds, however great", () => {
    expect(damagedSince(watched(times(4, [200, 200] as const)))).toBeNull();
    expect(damagedSince(watched(times(5, [200, 200] as const)))).toBe(0);
  });
  it("is not proven by one burst of twenty, however slow the edge", () => {
    expect(damagedSince(watched(times(10, [2, 2] as const), { n: 600, bad: 0 }))).toBeNull();
    expect(damagedSince(watched(times(11, [2, 2] as const), { n: 600, bad: 0 }))).toBe(0);
  });
  it("takes failures that come in bursts for less than as many that come evenly", () => {
    const burst = [...times(4, [20, 0] as const), [20, 20] as const];
    expect(damagedSince(watched(Array.from({ length: 6 }, () => burst).flat()))).toBeNull();
    expect(damagedSince(watched(times(30, [20, 4] as const)))).not.toBeNull();
  });
  it("gives a second no more weight for being busy", () => {
    // Slight damage: 24 of 240 prove no leak, and 2,400 of 24,000 would.
    expect(damagedSince(watched(times(6, [40, 4] as const)))).toBeNull();
    expect(damagedSince(watched(times(6, [4_000, 400] as const)))).toBeNull();
    expect(damagedSince(watched(times(6, [4_000, 2_000] as const)))).toBe(0);
  });
  it("passes over seconds in which nothing ended, and takes counts that cannot be", () => {
    expect(damagedSince(watched([...times(20, [0, 0] as const), ...times(6, [20, 20] as const)]))).toBe(20_000);
    expect(damagedSince(watched(times(6, [20, 30] as const)))).toBe(0);
  });
  it("weighs a baseline of few exchanges as so many, and not as sure", () => {
    const damage = times(6, [20, 6] as const);
    expect(damagedSince(watched(damage, { n: 200, bad: 0 }))).toBe(0);
    expect(damagedSince(watched(damage, { n: 10, bad: 0 }))).toBeNull();
    expect(damagedSince(watched(damage, { n: 200, bad: 40 }))).toBeNull();
    expect(damagedSince(watched(damage, { n: 200, bad: 60 }))).toBeNull();
  });
  it("has no damage to find where any rate is within the margin", () => {
    const all = openTest(BASELINE, 1, 12);
    const seconds = times(20, { n: 20, bad: 20 });
    expect(damagedSince(seconds.reduce((test, second, i) => watchSecond(test, second, i * 1_000), all))).toBeNull();
  });
  it("cannot be proven where the baseline says nothing", () => {
    expect(damagedSince(watched(times(60, [20, 20] as const), { n: 0, bad: 0 }))).toBeNull();
  });
});

describe("what could have been seen", () => {
  it("is finer the more passed, and nothing where too little did", () => {
    const rate = (seconds: number, n: number) => detectableRate(watched(times(seconds, [n, 0] as const)));
    expect(rate(4, 20)).toBeNull();
    expect(rate(10, 2)).toBeNull();
    const [short, long] = [rate(6, 20)!, rate(60, 20)!];
    expect(short).toBeGreaterThan(long);
    expect(long).toBeGreaterThan(openTest(BASELINE, 0.01, 12).allowed);
    expect(damagedSince(watched(times(6, [100, Math.ceil(100 * rate(6, 100)!)] as const)))).toBe(0);
  });
});

describe("what slow is", () => {
  it("is bounded by an order statistic, from 90 latencies on", () => {
    expect([p95BoundRank(0), p95BoundRank(89), p95BoundRank(90), p95BoundRank(200)]).toEqual([null, null, 90, 197]);
  });
  it("is so many times the p95 of the baseline, and at least 25 ms more", () => {
    expect([slowAfterMs(8, 2), slowAfterMs(100, 2)]).toEqual([33, 200]);
  });
});

describe("quiet minutes before the baseline", () => {
  const baseline = { n: 200, failed: 0, perSecond: 20 };
  it("count where the edge did as it does now, and not where it was another mix of traffic", () => {
    expect(isAlike(baseline, { n: 12_000, failed: 10, perSecond: 20 })).toBe(true);
    expect(isAlike(baseline, { n: 6_000, failed: 0, perSecond: 10 })).toBe(false);
    expect(isAlike({ ...baseline, failed: 8 }, { n: 12_000, failed: 0, perSecond: 20 })).toBe(false);
    expect(isAlike(baseline, { n: 0, failed: 0, perSecond: 0 })).toBe(false);
  });
});
