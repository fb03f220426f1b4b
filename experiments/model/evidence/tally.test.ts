import { describe, expect, it } from "vitest";
import { blind, bySecond, firstBadOf, seriesOf, sumOf, type Tally, withTallies } from "./tally.ts";

const tally = (fromMs: number, changes: Partial<Tally> = {}): Tally => ({
  ...{ of: "e", phase: "during", fromMs, toMs: fromMs + 1_000, good: 3, bad: 1, errored: 0 },
  firstBad: [{ atMs: fromMs + 5, why: "w" }],
  ...changes,
});

describe("tallies", () => {
  it("of one second and phase are joined, and nothing of them is lost", () => {
    const late = tally(1_400, { toMs: 1_500, p99: 80, p50: 9, firstGoodMs: 1_410 });
    const told = [
      tally(2_000),
      tally(1_000, { p99: 20, firstGoodMs: 1_600 }),
      late,
      tally(1_000, { phase: "baseline" }),
    ];
    const seconds = bySecond(told);
    expect(seconds.map(({ phase, fromMs }) => `${phase} ${fromMs}`)).toEqual([
      "during 1000",
      "baseline 1000",
      "during 2000",
    ]);
    expect(seconds[0]).toMatchObject({ toMs: 2_000, good: 6, bad: 2, p99: 80, p50: 9, firstGoodMs: 1_410 });
    expect(sumOf(seconds)).toEqual(sumOf(told));
  });
  it("are kept apart by expectation and phase, also where an expectation is called like what objects inherit", () => {
    const told = withTallies({}, [
      tally(0),
      tally(1_000),
      tally(0, { phase: "baseline" }),
      tally(0, { of: "constructor" }),
    ]);
    expect(seriesOf(told, "e", "during").count).toEqual({ good: 6, bad: 2, errored: 0 });
    expect(seriesOf(told, "e", "baseline").tallies).toHaveLength(1);
    expect(seriesOf(told, "constructor", "during").tallies).toHaveLength(1);
    expect(seriesOf({}, "constructor", "during").count).toEqual({ good: 0, bad: 0, errored: 0 });
    expect(seriesOf(withTallies({}, [tally(0, { of: "__proto__" })]), "__proto__", "during").tallies).toHaveLength(1);
  });
  it("show the first bad samples by when they were sent, not by when they were told", () => {
    expect(firstBadOf([tally(5_000), tally(1_000), tally(3_000)], 2).map(({ atMs }) => atMs)).toEqual([1_005, 3_005]);
  });
  it("are blind where more than one look in twenty could not be made", () => {
    expect(blind({ good: 19, bad: 0, errored: 1 })).toBe(false);
    expect(blind({ good: 18, bad: 0, errored: 1 })).toBe(true);
    expect(blind({ good: 0, bad: 0, errored: 0 })).toBe(false);
  });
});
