import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { probeKinds } from "../probes/index.ts";
import {
  type ActingFault,
  actingIn,
  countingWindows,
  joinIntervals,
  lengthOf,
  reachMsOf,
  sampleTimesOf,
} from "./counting.ts";

const fault = (fromMs: number, toMs: number, pulse: ActingFault["pulse"] = null): ActingFault => ({
  fromMs,
  toMs,
  pulse,
});
const REQUESTS = { marginMs: 500, reachMs: 0 };

describe("counting windows", () => {
  it("end so long before each fault does that every sample has its time", () => {
    expect(countingWindows([fault(1_000, 10_000)], 0, REQUESTS)).toEqual([{ fromMs: 1_000, toMs: 9_500 }]);
    expect(countingWindows([fault(0, 400)], 0, REQUESTS)).toEqual([]);
  });
  it("begin after `settle`", () => {
    expect(countingWindows([fault(0, 10_000)], 3_000, REQUESTS)).toEqual([{ fromMs: 3_000, toMs: 9_500 }]);
  });
  it("leave out the rests of a pulse, and the end of each of its lives", () => {
    expect(countingWindows([fault(0, 7_000, { liveMs: 2_000, restMs: 3_000 })], 0, REQUESTS)).toEqual([
      { fromMs: 0, toMs: 1_500 },
      { fromMs: 5_000, toMs: 6_500 },
    ]);
    expect(countingWindows([fault(0, 7_000, { liveMs: 500, restMs: 3_000 })], 0, REQUESTS)).toEqual([]);
  });
  it("are those of any of several faults", () => {
    const faults = [fault(0, 4_000), fault(3_000, 8_000), fault(9_000, 10_000)];
    expect(countingWindows(faults, 0, REQUESTS)).toEqual([
      { fromMs: 0, toMs: 7_500 },
      { fromMs: 9_000, toMs: 9_500 },
    ]);
  });
  it("begin for looks back in time once all that they tell of lies under the fault, rests included", () => {
    const times = { marginMs: 0, reachMs: 5_000 };
    expect(countingWindows([fault(1_000, 10_000, { liveMs: 1_000, restMs: 1_000 })], 0, times)).toEqual([
      { fromMs: 6_000, toMs: 10_000 },
    ]);
  });
  it("never hold a sample that would outlive every fault it was sent under", () => {
    const span = fc.tuple(fc.integer({ min: 0, max: 9_000 }), fc.integer({ min: 1, max: 9_000 }));
    const pulse = fc.option(
      fc.record({ liveMs: fc.integer({ min: 1, max: 3_000 }), restMs: fc.integer({ min: 1, max: 3_000 }) }),
    );
    const faults = fc.array(
      fc.tuple(span, pulse).map(([[from, length], beat]) => fault(from, from + length, beat)),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(faults, fc.integer({ min: 0, max: 2_000 }), (given, marginMs) => {
        const acting = given.flatMap(actingIn);
        for (const { fromMs, toMs } of countingWindows(given, 0, { marginMs, reachMs: 0 }))
          for (const atMs of [fromMs, (fromMs + toMs) / 2, toMs - 0.001])
            expect(acting.some((part) => part.fromMs <= atMs && atMs + marginMs <= part.toMs + 0.001)).toBe(true);
      }),
      { numRuns: 300, seed: 10 },
    );
  });
});

it("intervals that overlap or touch are one", () => {
  const joined = joinIntervals([fault(5, 9), fault(0, 2), fault(2, 4), fault(6, 7)]);
  expect(joined.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
    [0, 4],
    [5, 9],
  ]);
  expect(lengthOf(joined)).toBe(8);
});

describe("the time a sample needs", () => {
  const http = { kind: "http", params: probeKinds.http.params.parse({ to: "a", timeout: "3s" }) } as const;
  const traffic = { kind: "traffic", params: probeKinds.traffic.params.parse({ from: "a", to: "b" }) } as const;
  const ratio = {
    kind: "ratio",
    params: probeKinds.ratio.params.parse({ of: { from: "a", to: "b" }, per: { from: "c", to: "a" }, window: "7s" }),
  } as const;
  it("is `within`, else the timeout, and five seconds of traffic that nothing bounds", () => {
    const marginOf = (of: Omit<Parameters<typeof sampleTimesOf>[0], "eventuallyMs">) =>
      sampleTimesOf({ ...of, eventuallyMs: null }).marginMs;
    expect(marginOf({ probe: http, good: { withinMs: 200 } })).toBe(200);
    expect(marginOf({ probe: http, good: {} })).toBe(3_000);
    expect(marginOf({ probe: traffic, good: {} })).toBe(5_000);
  });
  it("is none for a look back, and for what comes true once", () => {
    expect(sampleTimesOf({ probe: ratio, good: {}, eventuallyMs: null })).toEqual({ marginMs: 0, reachMs: 7_000 });
    expect(sampleTimesOf({ probe: http, good: {}, eventuallyMs: 4_000 }).marginMs).toBe(0);
    expect(reachMsOf(http)).toBe(0);
  });
});
