import { expect, it } from "vitest";
import { asEdgeId } from "../../experiments/model/names.ts";
import { neighbourhoodOf } from "../../experiments/model/report/neighbourhood.ts";
import { EXAMPLE } from "../../experiments/model/run/example.ts";
import { begin } from "../../experiments/model/run/run.ts";
import { simulate } from "../../experiments/model/run/simulation.ts";
import { step } from "../../experiments/model/run/step.ts";
import { meshStatusOf } from "../mesh/mesh-status.ts";
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
const { events } = simulate(PLAN);
const runAt = (atMs: number) =>
  events.filter((event) => event.atMs <= atMs).reduce((run, event) => step(run, event)[0], begin(PLAN));
const standingAt = (atMs: number) => {
  const run = runAt(atMs);
  return meshStatusOf(meshOf(run, neighbourhoodOf(run)!), trafficAt(run, atMs));
};

it("the mesh of a run has its fault while it was live, and no longer", () => {
  const during = runAt(120_000).spans.during!;
  const faults = (atMs: number) =>
    standingAt(atMs)
      .edges.get(asEdgeId("checkout->payments"))
      ?.faults.map(({ label }) => label);
  expect(faults(during.fromMs - 500)).toEqual([]);
  expect(faults(during.fromMs + 2_000)).toEqual(["+2 s"]);
  expect(standingAt(during.fromMs + 2_000).services.get("payments")).toMatchObject({ state: "struck", may: null });
  expect(faults(120_000)).toEqual([]);
});
