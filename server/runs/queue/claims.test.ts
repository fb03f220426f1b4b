import { expect, it } from "vitest";
import { asEdgeId, asRunId } from "../../../experiments/model/names.ts";
import { planExperiment } from "../../../experiments/model/plan/plan-experiment.ts";
import { parseExperiment } from "../../../experiments/model/read/experiment.ts";
import { parseMesh } from "../../../experiments/model/read/mesh.ts";
import { computeClaims } from "./claims.ts";

const CALLER = { from: "checkout", to: "payments", listen: "127.0.0.1:1" };
const CALLEE = { from: "checkout", to: "payments", at: "callee" };
const claims = (edge: unknown, asked: object) => {
  const mesh = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
    spec: {
      services: { checkout: { endpoints: ["10.0.0.2:80"] }, payments: { endpoints: ["10.0.0.3:80"] } },
      edges: [CALLER, CALLEE],
    },
  });
  const experiment = parseExperiment({
    ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "e" } },
    spec: {
      hypothesis: [{ name: "h", ...asked, good: { status: "2xx" }, objective: "99%" }],
      faults: [{ name: "f", edge, latency: "1s" }],
    },
  });
  if ("problems" in mesh || "problems" in experiment) throw new Error(JSON.stringify([mesh, experiment]));
  const plan = planExperiment(experiment.experiment, mesh.mesh, { run: asRunId("r"), seed: 1, mode: "full" });
  return computeClaims(plan, mesh.mesh);
};
const EDGE = asEdgeId("checkout->payments");

it("claims the two places of a pair as a single resource, so that two runs never strike both at once", () => {
  const asked = { http: { to: "payments", rate: "40/s" } };
  expect(claims(CALLEE, asked)).toEqual(claims("checkout -> payments", asked));
  expect(claims(CALLEE, asked)).toContainEqual({ resource: EDGE, mode: "exclusive" });
});
it("shares the pair whose traffic is counted at either place, and what a probe's answers wait on", () => {
  const counted = claims({ from: "checkout", to: "payments", at: "callee" }, { traffic: CALLEE });
  expect(counted.filter(({ resource }) => resource.includes("->"))).toEqual([{ resource: EDGE, mode: "exclusive" }]);
  const behind = claims(CALLEE, { http: { to: "checkout", rate: "40/s" } }).map(({ resource }) => resource);
  expect(behind).toEqual([EDGE, "service:checkout", "service:payments"]);
});
