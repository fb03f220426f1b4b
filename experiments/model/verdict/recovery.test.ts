import { describe, expect, it } from "vitest";
import { type Tally, withTallies } from "../evidence/tally.ts";
import type { Plan } from "../plan/plan.ts";
import { CHECKOUT, EXAMPLE } from "../run/example.ts";
import { type RecoveryEvidence, recoveryOf } from "./recovery.ts";

/** Tallies from the revert at 1000 ms on, a tally each second with 40 samples, of which the given number is bad. */
const seconds = (bad: readonly number[], changes: Partial<Tally> = {}): Tally[] =>
  bad.map((count, i) => ({
    ...{ of: CHECKOUT.name, phase: "recovery", fromMs: 1_000 + i * 1_000, toMs: 2_000 + i * 1_000 },
    ...{ good: 40 - count, bad: count, errored: 0, firstBad: [] },
    ...changes,
  }));
const recovery = (tallies: readonly Tally[], changes: Partial<RecoveryEvidence> = {}, plan: Plan = EXAMPLE) =>
  recoveryOf(plan, {
    ...{
      told: withTallies({}, tallies),
      revertMs: 1_000,
      nowMs: Math.max(1_000, ...tallies.map(({ toMs }) => toMs)),
      settled: false,
    },
    ...changes,
  });

describe("the recovery", () => {
  it("is the first window of length `hold` that meets the objective", () => {
    expect(recovery(seconds([40, 12, 0, 0]))).toEqual({ is: "waiting" });
    expect(recovery(seconds([40, 12, 0, 0, 0]))).toEqual({ is: "recovered", afterMs: 2_000 });
    expect(recovery(seconds([0, 0, 5, 0, 0, 1]))).toEqual({ is: "recovered", afterMs: 3_000 });
  });
  it("waits while samples of the window are not known yet, and judges without them once they had their time", () => {
    const slow = seconds([0, 0, 0]).map((tally) => (tally.fromMs === 3_000 ? { ...tally, good: 30 } : tally));
    expect(recovery(slow)).toEqual({ is: "waiting" });
    // The sampler keeps bad samples back for the stalls of agents: the missing samples are such.
    expect(recovery(slow, { nowMs: 10_400 })).toEqual({ is: "waiting" });
    expect(recovery(slow, { nowMs: 10_500 })).toEqual({ is: "recovered", afterMs: 0 });
  });
  it("is not shown by a window that meets it only without looks of unknown outcome", () => {
    const unknown = (count: number) =>
      seconds([0, 0, 0]).map((tally) => ({
        ...tally,
        good: tally.good - count,
        errored: count,
        erroredBy: { "outcome unknown": count },
      }));
    expect(recovery(unknown(1), { settled: true })).toMatchObject({ is: "failed", because: "errored" });
    const known = unknown(1).map(({ erroredBy: _, ...tally }) => ({ ...tally, erroredBy: { "stalled agent": 1 } }));
    expect(recovery(known, { settled: true })).toMatchObject({ is: "recovered" });
  });
  it("is found at a revert whose time is not a whole number", () => {
    const revertMs = 1_000.123_456_7;
    const shifted = [40, 0, 0, 0].map((bad, i) => {
      const fromMs = revertMs + 0.1 * 3 + i * 1_000 - 0.3;
      return { ...seconds([bad])[0]!, fromMs, toMs: fromMs + 1_000 };
    });
    expect(recovery(shifted, { revertMs, nowMs: 5_001 })).toMatchObject({ is: "recovered" });
  });
  it("must begin within `within`", () => {
    const late = [...Array.from({ length: 10 }, () => 40), 0, 0, 0];
    expect(recovery(seconds(late), { settled: true })).toEqual({ is: "recovered", afterMs: 10_000 });
    expect(recovery(seconds([40, ...late]), { settled: true })).toMatchObject({
      is: "failed",
      because: "not-recovered",
      about: CHECKOUT.name,
    });
  });
  it("fails only once every sample is known", () => {
    expect(recovery(seconds(Array.from({ length: 13 }, () => 40)))).toEqual({ is: "waiting" });
  });
  it("wants all expectations well in the same window", () => {
    const other = { ...CHECKOUT, name: "other" };
    const both: Plan = { ...EXAMPLE, expectations: [CHECKOUT, other] };
    const bad = (counts: readonly number[], of: string) => seconds(counts, { of });
    const together = [...bad([9, 0, 0, 0], CHECKOUT.name), ...bad([0, 0, 0, 9], "other")];
    expect(recovery(together, {}, both)).toEqual({ is: "waiting" });
    expect(recovery(together, { settled: true }, both)).toMatchObject({
      because: "not-recovered",
      reason: expect.stringMatching(/^No moment saw all expectations back within 10 s/),
    });
  });
  it("takes a window with too few samples, or too many errored ones, for no proof", () => {
    const few = seconds([0, 0, 0, 0], { good: 5 });
    expect(recovery(few, { settled: true })).toMatchObject({ is: "failed", because: "too-few" });
    expect(recovery([], { settled: true, nowMs: 14_000 })).toMatchObject({ is: "failed", because: "too-few" });
    const blind = seconds([0, 0, 0, 0], { errored: 10 });
    expect(recovery(blind, { settled: true })).toMatchObject({ is: "failed", because: "errored" });
    const told = seconds([0, 0, 0, 0], { errored: 10, erroredBy: { "late prober": 10 }, firstErrored: "60 ms late" });
    expect(recovery(told, { settled: true })).toMatchObject({
      reason: expect.stringMatching(/errored: 40 late prober\. The first: 60 ms late\.$/),
    });
  });
  it("asks a slow probe for no more samples than it can send in a window", () => {
    const polled: Plan = {
      ...EXAMPLE,
      expectations: [{ ...CHECKOUT, pace: { everyMs: 1_000, openLoop: false }, minSamples: 30 }],
    };
    expect(recovery(seconds([0, 0, 0], { good: 1 }), {}, polled)).toEqual({ is: "recovered", afterMs: 0 });
  });
  it("is not asked for where no expectation counts in it", () => {
    const plan: Plan = { ...EXAMPLE, expectations: [{ ...CHECKOUT, objective: { during: 0.9 } }] };
    expect(recovery([], {}, plan)).toEqual({ is: "unasked" });
  });
  it("waits for `eventually` too", () => {
    const opens = { ...CHECKOUT, name: "closes", objective: { recovery: 0 }, eventuallyMs: 5_000, minSamples: 1 };
    const plan: Plan = { ...EXAMPLE, expectations: [CHECKOUT, opens] };
    const steady = seconds([0, 0, 0]);
    const closed = (firstGoodMs: number): Tally => ({ ...steady[0]!, of: "closes", firstGoodMs });
    expect(recovery(steady, {}, plan)).toEqual({ is: "waiting" });
    expect(recovery([...steady, closed(6_000)], {}, plan)).toEqual({ is: "recovered", afterMs: 0 });
    expect(recovery([...steady, closed(6_001)], { settled: true }, plan)).toMatchObject({ because: "not-recovered" });
  });
});
