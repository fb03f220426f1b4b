import { expect, it } from "vitest";
import { asEdgeId, type EdgeId } from "../../experiments/model/names.ts";
import { neighbourhoodOf } from "../../experiments/model/report/neighbourhood.ts";
import { EXAMPLE } from "../../experiments/model/run/example.ts";
import { begin } from "../../experiments/model/run/run.ts";
import { type Simulation, simulate } from "../../experiments/model/run/simulation.ts";
import { step } from "../../experiments/model/run/step.ts";
import { meshStatusOf } from "../mesh/mesh-status.ts";
import { paintOf } from "../mesh/paint.ts";
import { meshOf, trafficAt } from "./mesh-moment.ts";

const PLAN = {
  ...EXAMPLE,
  radius: {
    services: ["checkout", "payments"],
    edges: [asEdgeId("checkout->payments")],
    declared: [{ service: "checkout", may: "fail" }],
    path: [],
  },
} as const;
type Events = Simulation["events"];
const QUIET = simulate(PLAN).events;
const runAt = (atMs: number, events: Events) =>
  events.filter((event) => event.atMs <= atMs).reduce((run, event) => step(run, event)[0], begin(PLAN));
const standingAt = (atMs: number, events: Events = QUIET) => {
  const run = runAt(atMs, events);
  return meshStatusOf(meshOf(run, neighbourhoodOf(run)!), trafficAt(run, atMs));
};

it("the mesh of a run has its fault while it was live, and no longer", () => {
  const during = runAt(120_000, QUIET).spans.during!;
  const faults = (atMs: number) =>
    standingAt(atMs)
      .edges.get(asEdgeId("checkout->payments"))
      ?.faults.map(({ label }) => label);
  expect(faults(during.fromMs - 500)).toEqual([]);
  expect(faults(during.fromMs + 2_000)).toEqual(["+2 s"]);
  expect(standingAt(during.fromMs + 2_000).services.get("payments")).toMatchObject({ state: "struck", may: null });
  expect(faults(120_000)).toEqual([]);
});

it("the mesh of a run has a fault at the callee on the edge at the callee", () => {
  const [caller, callee] = ["checkout->payments", "checkout->payments:callee"].map(asEdgeId) as [EdgeId, EdgeId];
  const faults = PLAN.faults.map((fault) => ({ ...fault, targets: [{ ...fault.targets[0]!, edge: callee }] }));
  const plan = { ...PLAN, faults, radius: { ...PLAN.radius, edges: [caller, callee] } };
  const { events } = simulate(plan);
  const fold = (atMs: number) =>
    events.filter((event) => event.atMs <= atMs).reduce((run, event) => step(run, event)[0], begin(plan));
  const atMs = fold(120_000).spans.during!.fromMs + 2_000;
  const run = fold(atMs);
  expect(neighbourhoodOf(run)!.edges).toEqual([{ from: "checkout", to: "payments", struck: true }]);
  const mesh = meshOf(run, neighbourhoodOf(run)!);
  expect(mesh.edges.map(({ id, at }) => [id, at])).toEqual([
    [caller, undefined],
    [callee, "callee"],
  ]);
  const standing = meshStatusOf(mesh, trafficAt(run, atMs));
  expect(standing.edges.get(callee)?.faults).toHaveLength(1);
  expect(standing.edges.get(caller)?.faults).toEqual([]);
  expect(standing.services.get("payments")?.state).toBe("struck");
});

/** Traffic of the struck edge, on which nothing ends from the fault on; then the halt. */
const stalled = (): Events => {
  const during = runAt(120_000, QUIET).spans.during!;
  const before = [{ edge: 0, n: 100, failed: 0, unanswered: 0, perSecond: 20, p95Ms: 10 }];
  const baseline = {
    type: "passed",
    atMs: during.fromMs,
    fromMs: 1_000,
    toMs: during.fromMs,
    before,
    edges: [],
  } as const;
  const seconds = [1, 2, 3, 4, 5, 6, 7].map((second) => {
    const toMs = during.fromMs + 1_000 * second;
    const edges = [[0, 0, 0, 0, 0, 0, 20 * second]] as const;
    return { type: "passed", atMs: toMs, fromMs: toMs - 1_000, toMs, edges } as const;
  });
  const halt = { type: "halted", because: "operator", reason: "seen enough", recover: false } as const;
  return simulate(PLAN, { happens: [baseline, ...seconds, { ...halt, atMs: during.fromMs + 7_500 }] }).events;
};
it("after the halt of a stall the callee is struck for as long as its edge is slow, since nothing has ended since", () => {
  const standing = standingAt(120_000, stalled());
  expect(paintOf(standing, [asEdgeId("checkout->payments")]).tone).toBe("slow");
  expect(standing.services.get("payments")?.state).toBe("struck");
});
