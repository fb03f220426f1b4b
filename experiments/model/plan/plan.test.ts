import { describe, expect, it } from "vitest";
import type { Experiment } from "../experiment/experiment.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { asEdgeId, asRunId } from "../names.ts";
import { probeKinds } from "../probes/index.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import { boundariesOf, liveAt, type Plan, phaseMs, planExperiment, plannedSamples } from "./plan.ts";

const plan = (changes: Partial<Plan> = {}): Plan => ({ ...EXAMPLE, ...changes });
const cue = (name: string, fromMs: number, toMs: number) => ({ ...SLOW, name, fromMs, toMs });

describe("the timeline", () => {
  const overlapping = plan({ faults: [cue("a", 0, 6_000), cue("b", 2_000, 8_000)] });
  it("has a fault live from its start to just before its end, in file order", () => {
    expect(liveAt(overlapping, 0)).toEqual(["a"]);
    expect(liveAt(overlapping, 1_999)).toEqual(["a"]);
    expect(liveAt(overlapping, 2_000)).toEqual(["a", "b"]);
    expect(liveAt(overlapping, 6_000)).toEqual(["b"]);
    expect(liveAt(overlapping, 8_000)).toEqual([]);
  });
  it("may change only at its boundaries", () => {
    expect(boundariesOf(overlapping)).toEqual([2_000, 6_000, 8_000, 10_000]);
    for (let ms = 0; ms < 10_000; ms += 250) {
      const behind = boundariesOf(overlapping).findLast((boundary) => boundary <= ms) ?? 0;
      expect(liveAt(overlapping, ms)).toEqual(liveAt(overlapping, behind));
    }
  });
  it("counts only what lies after `settle` and under a live fault", () => {
    const countedMs = (of: Plan) => phaseMs(of, { ...CHECKOUT, times: { marginMs: 0, reachMs: 0 } }, "during");
    expect(countedMs(overlapping)).toBe(8_000);
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

describe("planning an experiment", () => {
  const experiment: Experiment = {
    name: "e",
    labels: {},
    annotations: {},
    description: "",
    mesh: null,
    seed: 1,
    phases: EXAMPLE.phases,
    onBroken: "continue",
    hypothesis: [
      { ...CHECKOUT, worst: null },
      {
        ...CHECKOUT,
        name: "traffic",
        probe: { kind: "traffic", params: probeKinds.traffic.params.parse({ from: "gateway", to: "checkout" }) },
      },
    ],
    faults: [
      { ...SLOW, edge: { from: "checkout", to: "payments" }, startMs: 4_000, forMs: null },
      { ...SLOW, name: "too long", edge: { from: "checkout", to: "ledger" }, startMs: 1_000, forMs: 60_000 },
    ],
    limits: EXAMPLE.limits,
    halt: [],
  };
  const mesh: Mesh = { name: "shop", directory: null, services: [], edges: [] };
  const planned = planExperiment(experiment, mesh, {
    run: asRunId("r"),
    seed: 9,
    mode: "full",
    targetsOf: ({ from, to }) => [
      { edge: asEdgeId(`${from}->${to}`), protocol: to === "ledger" ? "tcp" : "http", endpoints: null },
    ],
  });
  it("ends every fault with `during` at the latest", () => {
    expect(planned.faults.map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [4_000, 10_000],
      [1_000, 10_000],
    ]);
  });
  it("takes the connection as the unit where there are no requests", () => {
    expect(planned.faults.map(({ unit }) => unit)).toEqual(["exchange", "connection"]);
  });
  it("knows the pace of each probe, and how long its last sample may take", () => {
    expect(planned.expectations.map(({ style, pace, timeoutMs }) => ({ style, pace, timeoutMs }))).toEqual([
      { style: "stream", pace: { everyMs: 25, openLoop: true }, timeoutMs: 2_000 },
      { style: "counted", pace: null, timeoutMs: 500 },
    ]);
    expect(planned).toMatchObject({ run: "r", seed: 9, mesh: "shop", leaseMs: 5_000, onBroken: "continue" });
  });
});
