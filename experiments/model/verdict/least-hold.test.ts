import { describe, expect, it } from "vitest";
import type { FaultAction } from "../faults/index.ts";
import type { PlannedExpectation, PlannedFault } from "../plan/plan.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import { leastHoldMsIn } from "./least-hold.ts";

const holdMs = (fault: Partial<PlannedFault>, expectation: Partial<PlannedExpectation> = {}) =>
  leastHoldMsIn({ ...EXAMPLE, faults: [{ ...SLOW, ...fault }] }, { ...CHECKOUT, ...expectation });
const late = (params: Extract<FaultAction, { kind: "latency" }>["params"]): FaultAction => ({
  kind: "latency",
  params,
});

describe("what a fault alone makes each look late by", () => {
  it("is the least of its delays", () => {
    const fixed = { delay: 1_000, jitter: 200, distribution: "uniform", at: "response" } as const;
    expect(holdMs({})).toBe(2_000);
    expect(holdMs({ action: late(fixed) })).toBe(800);
    expect(holdMs({ action: late({ ...fixed, jitter: 1_200 }) })).toBe(0);
    expect(holdMs({ action: late({ ...fixed, distribution: "pareto" }) })).toBe(1_000);
    expect(holdMs({ action: late({ ...fixed, distribution: "normal" }) })).toBe(0);
    expect(holdMs({ action: late({ ...fixed, jitter: 0, at: "connect" }) })).toBe(0);
    const points = [
      { at: 0, ms: 30 },
      { at: 1, ms: 900 },
    ];
    expect(holdMs({ action: late({ percentiles: points, at: "request" }) })).toBe(30);
    expect(holdMs({ action: late({ percentiles: points.slice(1), at: "request" }) })).toBe(0);
  });
  it("is for ever where nothing passes, and nothing where an answer may come at once", () => {
    const cut = (how: "stall" | "blackhole" | "reset") =>
      holdMs({ action: { kind: "partition", params: { how, direction: "both" } } });
    expect([cut("stall"), cut("blackhole"), cut("reset")]).toEqual([Infinity, Infinity, 0]);
    const line = (rate: number) =>
      holdMs({ action: { kind: "bandwidth", params: { rate, per: "edge", direction: "both" } } });
    expect([line(0), line(1_000)]).toEqual([Infinity, 0]);
    expect(holdMs({ action: { kind: "abort", params: { status: 503, body: "", headers: {} } } as never })).toBe(0);
  });
  it("is not known of one that spares some, rests, begins late, ends early, or lies on no edge of the path", () => {
    expect(holdMs({ share: { steps: [0.5, 1], eachMs: 1_000, by: "request" } })).toBe(0);
    expect(holdMs({ pulse: { liveMs: 1_000, restMs: 1_000 } })).toBe(0);
    expect(holdMs({ fromMs: 1 })).toBe(0);
    expect(holdMs({ toMs: 9_999 })).toBe(0);
    expect(holdMs({}, { path: {} })).toBe(0);
  });
});
