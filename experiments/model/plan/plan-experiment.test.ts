import { describe, expect, it } from "vitest";
import type { Experiment } from "../experiment/experiment.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { asEdgeId, asRunId } from "../names.ts";
import { probeKinds } from "../probes/index.ts";
import { CHECKOUT, EXAMPLE, SLOW } from "../run/example.ts";
import { planExperiment } from "./plan-experiment.ts";

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
