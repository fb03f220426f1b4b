import { describe, expect, test } from "vitest";
import type { FaultAction } from "../../experiments/model/faults/index.ts";
import { asRunId, edgeId, faultId } from "../../experiments/model/names.ts";
import { HandClock } from "../../test/agent/hand-clock.ts";
import type { FaultOrder } from "../contract/messages.ts";
import type { ToKeeper } from "../contract/processes.ts";
import { ProcessFaults } from "./process-faults.ts";

const RUN = asRunId("run-1");
const PAUSE: FaultAction = { kind: "pause", params: {} };
const kill = (changes: object = {}): FaultAction => ({
  kind: "kill",
  params: { signal: "KILL", restart: 0, within: 15_000, ...changes },
});
const order = (action: FaultAction, changes: Partial<FaultOrder> = {}): FaultOrder => {
  const { run = RUN, name = "f", edge = edgeId("checkout", "payments") } = changes;
  return {
    ...{ id: faultId(run, name, edge), run, name, edge, endpoints: null, action, match: null },
    ...{ share: { steps: [1], eachMs: 0, by: "request" }, pulse: null, seed: 1, stealth: false, shadow: false },
    ...{ notAfterMs: 60_000, ...changes },
  };
};
const ID = "run-1/f@payments";
const PROCESS = { pid: 7, start: "70" };

const setUp = () => {
  const clock = new HandClock();
  const sent: ToKeeper[] = [];
  const failures: string[] = [];
  const stopped = new Set<number>();
  const faults = new ProcessFaults({
    ...{ clock, services: ["payments"], send: (message: ToKeeper) => sent.push(message) },
    machineMsAt: (ms) => 1_000_000 + ms,
    isStopped: ({ pid }) => stopped.has(pid),
    onAbsence: () => {},
    onFailure: (why) => failures.push(why),
  });
  const hold = (orders: readonly FaultOrder[], untilMs = clock.nowMs() + 5_000, endsAtMs = 60_000) =>
    faults.hold(orders, () => endsAtMs, untilMs);
  const told = () => sent.splice(0).map(({ type }) => type);
  return { clock, sent, failures, stopped, faults, hold, told };
};

describe("a fault on a process", () => {
  test("is one strike, however many callers the service has", () => {
    const { sent, hold } = setUp();
    hold([order(PAUSE), order(PAUSE, { edge: edgeId("refunds", "payments") })]);
    expect(sent).toEqual([
      { type: "strike", id: ID, run: RUN, fault: "f", service: "payments", action: PAUSE, untilMs: 1_005_000 },
    ]);
  });
  test("lasts no longer than the lease, and is told of each renewal", () => {
    const { sent, faults, hold, told } = setUp();
    hold([order(PAUSE)]);
    told();
    faults.extend(9_000);
    expect(sent).toEqual([{ type: "extend", id: ID, untilMs: 1_009_000 }]);
    told();
    faults.extend(90_000);
    expect(sent).toEqual([{ type: "extend", id: ID, untilMs: 1_060_000 }]);
  });
  test("ends at its own end by itself", () => {
    const { clock, hold, told } = setUp();
    hold([order(PAUSE)], 50_000, 3_000);
    told();
    clock.advance(3_001);
    expect(told()).toEqual(["end"]);
  });
  test("is away from when the keeper saw it until it was back, and at no other time", () => {
    const { faults, hold } = setUp();
    const mine = order(kill());
    hold([mine]);
    expect(faults.isAway(mine)).toBe(false);
    faults.heard({ type: "struck", id: ID, process: null });
    expect(faults.isAway(mine)).toBe(true);
    faults.heard({ type: "back", id: ID });
    expect(faults.isAway(mine)).toBe(false);
  });
  test("kills once, though the order comes again after the drop of another run", () => {
    const { faults, hold, told } = setUp();
    hold([order(kill())]);
    faults.heard({ type: "struck", id: ID, process: null });
    faults.heard({ type: "back", id: ID });
    faults.drop();
    hold([order(kill())]);
    expect(told()).toEqual(["strike"]);
  });
  test("kills again each interval, once the service is ready again", () => {
    const { clock, faults, hold, told } = setUp();
    hold([order(kill({ every: 2_000 }))], 50_000);
    faults.heard({ type: "struck", id: ID, process: null });
    clock.advance(3_000);
    expect(told()).toEqual(["strike"]);
    faults.heard({ type: "back", id: ID });
    expect(told()).toEqual(["strike"]);
    faults.heard({ type: "struck", id: ID, process: null });
    faults.heard({ type: "back", id: ID });
    clock.advance(1_999);
    expect(told()).toEqual([]);
    clock.advance(2);
    expect(told()).toEqual(["strike"]);
  });
  test("pauses in turns, as the pulse says", () => {
    const { clock, faults, hold, told } = setUp();
    hold([order(PAUSE, { pulse: { liveMs: 1_000, restMs: 2_000 } })], 50_000);
    faults.heard({ type: "struck", id: ID, process: PROCESS });
    expect(told()).toEqual(["strike"]);
    clock.advance(1_001);
    expect(told()).toEqual(["end"]);
    faults.heard({ type: "ended", id: ID });
    clock.advance(1_900);
    expect(told()).toEqual([]);
    clock.advance(200);
    expect(told()).toEqual(["strike"]);
  });
  test("strikes nothing as a shadow, and nothing once the lease is over", () => {
    const { clock, hold, told } = setUp();
    hold([order(PAUSE, { shadow: true })]);
    expect(told()).toEqual([]);
    clock.advance(100);
    hold([order(PAUSE)], 100);
    expect(told()).toEqual([]);
  });
  test("that the keeper could not strike is a failure of the agent", () => {
    const { failures, faults, hold } = setUp();
    hold([order(PAUSE)]);
    faults.heard({ type: "failed", id: ID, why: "it is not running" });
    expect(failures).toEqual(['"f" on payments: it is not running']);
  });
});

describe("the count of external effects", () => {
  test("is 0 only once the keeper has ended the strike and two looks saw the stopped process go on", () => {
    const { clock, stopped, faults, hold } = setUp();
    hold([order(PAUSE)]);
    expect(faults.external()).toEqual([RUN]);
    stopped.add(PROCESS.pid);
    faults.heard({ type: "struck", id: ID, process: PROCESS });
    faults.drop();
    expect(faults.external()).toEqual([RUN]);
    faults.heard({ type: "ended", id: ID });
    expect(faults.external()).toEqual([RUN]);
    stopped.clear();
    expect(faults.external()).toEqual([RUN]);
    // Another hand stops the process again between the looks.
    stopped.add(PROCESS.pid);
    clock.advance(500);
    expect(faults.external()).toEqual([RUN]);
    stopped.clear();
    expect(faults.external()).toEqual([RUN]);
    clock.advance(500);
    expect(faults.external()).toEqual([]);
  });
  test("counts a kill that the keeper may still carry out", () => {
    const { faults, hold } = setUp();
    hold([order(kill())]);
    faults.drop();
    expect(faults.external()).toEqual([RUN]);
    faults.heard({ type: "ended", id: ID });
    expect(faults.external()).toEqual([]);
  });
  test("asks the keeper again for each answer that is not clean", () => {
    const { faults, hold, told } = setUp();
    hold([order(PAUSE)]);
    faults.heard({ type: "struck", id: ID, process: PROCESS });
    faults.drop();
    faults.external();
    faults.external();
    expect(told()).toEqual(["strike", "end", "end", "end"]);
  });
  test("names the run of each effect, for an agent may serve several", () => {
    const other = asRunId("run-2");
    const { clock, faults, hold } = setUp();
    hold([order(PAUSE), order(PAUSE, { run: other })]);
    faults.heard({ type: "struck", id: ID, process: PROCESS });
    faults.drop();
    faults.heard({ type: "ended", id: ID });
    clock.advance(500);
    expect(faults.external()).toEqual([other]);
  });
});
