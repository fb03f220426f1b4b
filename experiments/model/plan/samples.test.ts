import { describe, expect, it } from "vitest";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import type { Plan } from "./plan.ts";
import { phaseMs, plannedSamples } from "./samples.ts";

const plan = (changes: Partial<Plan> = {}): Plan => ({ ...EXAMPLE, ...changes });
const cue = (name: string, fromMs: number, toMs: number) => ({ ...SLOW, name, fromMs, toMs });

describe("the time in which a phase counts samples", () => {
  it("counts only what lies after `settle` and under a live fault", () => {
    const countedMs = (of: Plan) => phaseMs(of, { ...CHECKOUT, times: { marginMs: 0, reachMs: 0 } }, "during");
    expect(countedMs(plan({ faults: [cue("a", 0, 6_000), cue("b", 2_000, 8_000)] }))).toBe(8_000);
    expect(countedMs(plan({ phases: { ...EXAMPLE.phases, settleMs: 3_000 } }))).toBe(7_000);
    expect(countedMs(plan({ faults: [cue("a", 0, 1_000), cue("b", 5_000, 6_000)] }))).toBe(2_000);
    expect(countedMs(plan({ faults: [] }))).toBe(0);
  });
  it("lets the last window of the recovery end, however late it may begin", () => {
    expect(phaseMs(EXAMPLE, CHECKOUT, "recovery")).toBe(13_000);
  });
});

describe("planned samples", () => {
  it("are whole for rates that do not divide a second", () => {
    const at = (perSecond: number) => ({ ...CHECKOUT, pace: { everyMs: 1_000 / perSecond, openLoop: true } });
    expect(plannedSamples(EXAMPLE, at(40), "during")).toBe(380);
    expect(plannedSamples(EXAMPLE, at(30), "during")).toBe(285);
    expect(plannedSamples(EXAMPLE, at(7), "baseline")).toBe(35);
  });
  it("are unknown where only traffic decides", () => {
    expect(plannedSamples(EXAMPLE, { ...CHECKOUT, pace: null }, "during")).toBeNull();
  });
});
