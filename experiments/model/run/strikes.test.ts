/** Runs whose faults strike processes: the return of the service is part of the verdict. */
import { describe, expect, it } from "vitest";
import type { FaultAction } from "../faults/index.ts";
import { heldViolations } from "../journal/held-invariant.ts";
import type { Plan, PlannedFault } from "../plan/plan.ts";
import type { RunEvent } from "./event.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "./example.ts";
import { type SimulatedWorld, simulate } from "./simulation.ts";

const KILL: FaultAction = { kind: "kill", params: { signal: "KILL", restart: 0, within: 15_000 } };
const planOf = (action: FaultAction, changes: Partial<PlannedFault> = {}): Plan => ({
  ...EXAMPLE,
  faults: [{ ...SLOW, name: "f", action, service: "payments", hits: { atLeast: 1, edges: "some" }, ...changes }],
  expectations: [CHECKOUT],
});
const struck = (atMs: number): RunEvent => ({ type: "service-struck", atMs, fault: "f", service: "payments" });
const back = (atMs: number, awayMs: number): RunEvent => ({
  ...{ type: "service-back", atMs, fault: "f", service: "payments", awayMs },
});
const play = (plan: Plan, happens: readonly RunEvent[], world: Partial<SimulatedWorld> = {}) => {
  const { run, events } = simulate(plan, { happens, ...world });
  if (run.at !== "finished") throw new Error("not finished");
  return { verdict: run.verdict, because: run.because, reason: run.reason, run, held: heldViolations(plan, events) };
};

describe("a run that kills a service", () => {
  it("is HELD where the service was ready again in time", () => {
    const { verdict, held, run } = play(planOf(KILL), [struck(7_000), back(8_320, 1_320)]);
    expect([verdict, held]).toEqual(["HELD", []]);
    expect(run.strikes).toEqual([
      { fault: "f", service: "payments", kind: "kill", atMs: 7_000, awayMs: 1_320, withinMs: 15_000 },
    ]);
  });
  it("waits for the service, however soon the steady state is back", () => {
    const { run } = play(planOf(KILL), [struck(15_000), back(29_500, 14_500)]);
    expect([run.verdict, run.atMs > 29_500]).toEqual(["HELD", true]);
  });
  it("is BROKEN where it was not ready again in time, or too late", () => {
    for (const happens of [[struck(7_000)], [struck(7_000), back(22_100, 15_100)], [struck(15_000)]]) {
      const { verdict, because, reason } = play(planOf(KILL), happens);
      expect([verdict, because]).toEqual(["BROKEN", "not-ready-again"]);
      expect(reason).toMatch(/^payments was killed at \+\d+\.\d s, .*; within 15 s was asked\./);
    }
  });
  it("is BROKEN so also where nobody had called it: it failed by itself", () => {
    const none = { hitsPerSecond: () => ({ matched: 0, injected: 0 }), meets: () => "none" as const };
    expect(play(planOf(KILL), [struck(7_000)], none).because).toBe("not-ready-again");
  });
  it("is INCONCLUSIVE where nobody called it while it was away, though all was well", () => {
    const none = { hitsPerSecond: () => ({ matched: 0, injected: 0 }), meets: () => "none" as const };
    const { verdict, because } = play(planOf(KILL), [struck(7_000), back(8_000, 1_000)], none);
    expect([verdict, because]).toEqual(["INCONCLUSIVE", "no-hits"]);
  });
  it("is never HELD without a strike that was seen", () => {
    const { verdict, because, reason } = play(planOf(KILL), []);
    expect([verdict, because, reason]).toEqual(["INCONCLUSIVE", "no-hits", "f: no kill of payments was seen."]);
  });
  it("is HALTED, and says no more, where it was halted before the time was over", () => {
    const halt: RunEvent = { type: "halted", atMs: 8_000, because: "operator", reason: "h", recover: false };
    expect(play(planOf(KILL), [struck(7_000), halt]).verdict).toBe("HALTED");
  });
});

describe("a run that pauses a service", () => {
  const PAUSE: FaultAction = { kind: "pause", params: {} };
  it("has no time for the return: the audit shows that it goes on", () => {
    const { verdict, run } = play(planOf(PAUSE), [struck(7_000), back(16_150, 9_150)]);
    expect([verdict, run.strikes[0]?.withinMs]).toEqual(["HELD", null]);
  });
});

it("is no green run where a paused service was not seen to go on", () => {
  const pause = planOf({ kind: "pause", params: {} });
  expect(play(pause, [struck(7_000)]).because).toBe("gap");
});

it("passes strikes over that belong to no fault of the run", () => {
  const stranger: RunEvent = { type: "service-struck", atMs: 7_000, fault: "other", service: "payments" };
  const { run } = play(planOf(KILL), [stranger, struck(7_100), back(8_000, 900), back(8_100, 1_000)]);
  expect(run.strikes).toHaveLength(1);
});
