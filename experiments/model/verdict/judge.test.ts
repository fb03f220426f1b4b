import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesOf, type Tally, withTallies } from "../evidence/tally.ts";
import { CHECKOUT } from "../run/example.ts";
import { parseShare } from "../units/share.ts";
import { allowedBad, type Evidence, judge } from "./judge.ts";

const tally = (good: number, bad: number, errored = 0): Tally => ({
  ...{ of: CHECKOUT.name, phase: "during", fromMs: 100, toMs: 1_100, good, bad, errored },
  firstBad: bad > 0 ? [{ atMs: 350, why: "status 503" }] : [],
});
const evidence = (tallies: readonly Tally[], changes: Partial<Evidence> = {}): Evidence => ({
  series: seriesOf(withTallies({}, tallies), CHECKOUT.name, "during"),
  span: { fromMs: 100, toMs: 10_100 },
  planned: 400,
  settled: true,
  ...changes,
});
const during = (...args: Parameters<typeof evidence>) => judge(CHECKOUT, "during", evidence(...args));

describe("what an objective allows", () => {
  it("is counted in whole numbers", () => {
    expect(allowedBad(0.999, 1_000)).toBe(1);
    expect(allowedBad(0.999, 999)).toBe(0);
    expect(allowedBad(0.99, 400)).toBe(4);
    expect(allowedBad(0.7, 10)).toBe(3);
    expect(allowedBad(1, 1_000_000)).toBe(0);
    expect(allowedBad(0, 7)).toBe(7);
  });
  it("is exactly the percentage that is written, for every count", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 1_000_000 }), (milli, n) => {
        const objective = parseShare(`${milli / 1_000}%`)!;
        expect(allowedBad(objective, n)).toBe(Number((BigInt(n) * BigInt(100_000 - milli)) / 100_000n));
      }),
      { seed: 1 },
    );
  });
});

describe("an expectation", () => {
  it("is met with just as many bad samples as it may have, and not with one more", () => {
    expect(during([tally(396, 4)])).toEqual({
      met: true,
      because: null,
      reason: "4 of 400 requests were bad, at most 4 may be.",
    });
    expect(during([tally(395, 5)])).toEqual({
      met: false,
      because: "expectation",
      reason: "5 of 400 requests were bad; at most 4 may be. First at +0.3 s: status 503.",
    });
  });
  it("is neither met nor missed where that hangs on looks whose outcome a stall of an agent hid", () => {
    const unknown = (count: number, bad: number) => ({
      ...tally(390 - bad, bad, count),
      erroredBy: { "outcome unknown": count } as const,
    });
    expect(during([unknown(1, 2)]).met).toBe(true);
    expect(during([unknown(2, 2)])).toMatchObject({ met: null, because: "errored" });
    expect(during([unknown(2, 2)]).reason).toMatch(/^2 requests failed while an agent stalled, .* hangs on them/);
    expect(during([unknown(2, 4)]).met).toBe(false);
    // A sample that would have been good without the stall is no reason for doubt.
    expect(during([{ ...tally(388, 2, 2), erroredBy: { "stalled agent": 2 } }]).met).toBe(true);
  });
  it("is held to the samples that there were, not to those that were planned", () => {
    expect(during([tally(296, 4)]).met).toBe(false);
    expect(during([tally(297, 3)]).met).toBe(true);
    expect(during([tally(395, 5)], { planned: null }).met).toBe(false);
    expect(during([tally(396, 4)], { planned: null }).met).toBe(true);
  });
  it("is decided early only when nothing that may still come can save it", () => {
    const early = { settled: false, span: { fromMs: 100, toMs: null } };
    expect(during([tally(0, 4)], early).met).toBeNull();
    expect(during([tally(0, 5)], early).met).toBe(false);
    expect(during([tally(0, 500)], { ...early, planned: null }).met).toBeNull();
    const strict = { ...CHECKOUT, objective: { during: 1 } };
    expect(judge(strict, "during", evidence([tally(90, 1)], { ...early, planned: null })).met).toBe(false);
  });
  it("stays broken whatever is added after it was decided early", () => {
    fc.assert(
      fc.property(fc.nat(400), fc.nat(400), fc.nat(400), (good, bad, later) => {
        const early = during([tally(good, bad)], { settled: false });
        const end = during([tally(good, bad), tally(Math.min(later, Math.max(0, 400 - good - bad)), 0)]);
        if (early.met === false) expect(end.met).toBe(false);
      }),
      { seed: 2 },
    );
  });
  it("is not judged on too few samples, nor where over 5% of the looks errored", () => {
    expect(during([tally(29, 0)])).toMatchObject({ met: null, because: "too-few" });
    expect(during([tally(30, 0)]).met).toBe(true);
    expect(during([tally(95, 0, 5)]).met).toBe(true);
    expect(during([tally(94, 0, 6)])).toMatchObject({ met: null, because: "errored" });
  });
  it("is not judged in a phase that it does not name", () => {
    expect(judge({ ...CHECKOUT, objective: { during: 0.9 } }, "baseline", evidence([]))).toMatchObject({
      met: null,
      because: null,
    });
  });
});

describe("`eventually`", () => {
  const opens = { ...CHECKOUT, objective: { during: 0 }, eventuallyMs: 3_000, minSamples: 1 };
  const at = (firstGoodMs: number) => evidence([{ ...tally(1, 5), firstGoodMs, toMs: 9_000 }]);
  it("wants one good sample in time", () => {
    expect(judge(opens, "during", at(3_100)).met).toBe(true);
    expect(judge(opens, "during", at(3_101)).met).toBe(false);
    expect(judge(opens, "during", evidence([tally(0, 5)])).met).toBe(false);
    expect(judge(opens, "during", evidence([]))).toMatchObject({ met: null, because: "too-few" });
  });
  it("takes the end of a tally that does not say when its first good sample was sent", () => {
    expect(judge(opens, "during", evidence([tally(1, 0)])).met).toBe(true);
    expect(judge(opens, "during", evidence([{ ...tally(1, 0), toMs: 3_101 }])).met).toBe(false);
  });
  it("is not broken by a phase that was cut short before its time was over", () => {
    const cut = evidence([tally(0, 5)], { span: { fromMs: 100, toMs: 2_000 } });
    expect(judge(opens, "during", cut)).toMatchObject({ met: null, because: "too-few" });
  });
});
