import { describe, expect, it } from "vitest";
import { explainExperiment } from "../explain/experiment.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { asRunId } from "../names.ts";
import { planExperiment } from "../plan/plan-experiment.ts";
import { parseExperiment } from "../read/experiment.ts";
import { parseMesh } from "../read/mesh.ts";
import { meshFitIssues } from "./mesh-check.ts";

const SERVICES = {
  gateway: { endpoints: ["10.0.0.1:80"] },
  checkout: { endpoints: ["10.0.0.2:80", "[fd00::2]:80", "checkout-2:80"] },
  payments: { endpoints: [{ address: "10.0.0.3:80", labels: { zone: "a" } }, "10.0.0.4:80"] },
};
const CALLER = { from: "checkout", to: "payments", listen: "127.0.0.1:1" };
const CALLEE = { from: "checkout", to: "payments", at: "callee" };
const meshWith = (edges: readonly object[], services: object = {}): Mesh => {
  const read = parseMesh({
    ...{ apiVersion: "squall.dev/v1", kind: "Mesh", metadata: { name: "shop" } },
    spec: { services: { ...SERVICES, ...services }, edges },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.mesh;
};
const BOTH = meshWith([CALLER, CALLEE]);
const read = (fault: object, hypothesis: object = { http: { to: "gateway", rate: "40/s" } }) =>
  parseExperiment({
    ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "e" } },
    spec: {
      hypothesis: [{ name: "h", ...hypothesis, good: { status: "2xx" }, objective: "99%" }],
      faults: [{ name: "f", ...("service" in fault ? { kill: {} } : { latency: "1s" }), ...fault }],
    },
  });
const experiment = (...told: Parameters<typeof read>) => {
  const parsed = read(...told);
  if ("problems" in parsed) throw new Error(JSON.stringify(parsed.problems));
  return parsed.experiment;
};
const targets = (fault: object, mesh = BOTH) =>
  planExperiment(experiment(fault), mesh, { run: asRunId("r"), seed: 1, mode: "full" }).faults[0]!.targets;
const issues = (mesh: Mesh, ...told: Parameters<typeof read>) =>
  meshFitIssues(experiment(...told), mesh).map(({ path, message }) => `${path.slice(1).join(".")}: ${message}`);

describe("a mesh edge", () => {
  it("is at the caller where nothing is said, as in every mesh of before", () => {
    expect(meshWith([CALLER]).edges).toEqual([
      { id: "checkout->payments", from: "checkout", to: "payments", listen: "127.0.0.1:1", protocol: "http" },
    ]);
    expect(meshWith([{ ...CALLER, at: "caller" }])).toEqual(meshWith([CALLER]));
  });
  it("at the callee is an edge of its own beside that at the caller, and needs no address", () => {
    expect(BOTH.edges).toMatchObject([
      { id: "checkout->payments" },
      { id: "checkout->payments:callee", at: "callee", listen: "localhost:0" },
    ]);
  });
  it("without an address listens on any port, which no other edge holds", () => {
    const edges = [
      { from: "gateway", to: "checkout" },
      { from: "checkout", to: "payments" },
    ];
    expect(meshWith(edges).edges.map(({ listen }) => listen)).toEqual(["localhost:0", "localhost:0"]);
  });
});

describe("a fault at the callee", () => {
  it("strikes the edge at the callee alone, and a fault of before that at the caller", () => {
    expect(targets({ edge: CALLEE })).toMatchObject([{ edge: "checkout->payments:callee" }]);
    expect(targets({ edge: "checkout -> payments" })).toMatchObject([{ edge: "checkout->payments" }]);
    expect(targets({ edge: { from: "*", to: "payments" } })).toMatchObject([{ edge: "checkout->payments" }]);
    expect(targets({ edge: { from: "*", to: "*", at: "callee" } })).toMatchObject([
      { edge: "checkout->payments:callee" },
    ]);
  });
  it("selects instances of the callee by their labels", () => {
    const edge = { from: "checkout", to: { labels: { zone: "a" } }, at: "callee" };
    expect(targets({ edge })).toMatchObject([{ edge: "checkout->payments:callee", endpoints: ["10.0.0.3:80"] }]);
  });
  it.each([
    ["labels", { labels: { zone: "a" } }],
    ["instances", { service: "checkout", instances: 1 }],
  ])("selects no instances of the caller: %s", (key, from) => {
    const parsed = read({ edge: { from, to: "payments", at: "callee" } });
    expect("problems" in parsed && parsed.problems).toMatchObject([
      {
        path: ["spec", "faults", 0, "edge", "from", key],
        message: `callers are selected by instance at the caller only: leave \`${key}\` out, or \`at: callee\``,
      },
    ]);
    expect("problems" in read({ edge: { from, to: "payments" } })).toBe(false);
  });
  it("is narrowed by no selection of callers, so that it never strikes more than was selected", () => {
    const options = {
      run: asRunId("r"),
      seed: 1,
      mode: "full",
      select: { checkout: { instances: { count: 1 } } },
    } as const;
    expect(planExperiment(experiment({ edge: CALLEE }), BOTH, options).faults[0]!.targets).toEqual([]);
  });
  it("is sent to the place that the mesh has", () => {
    const arrow = { edge: "checkout -> payments" };
    expect(issues(meshWith([CALLEE]), arrow)).toEqual([
      "faults.0.edge: the mesh has checkout → payments at the callee only: add `at: callee`, as in `{ from: checkout, to: payments, at: callee }`",
    ]);
    expect(issues(meshWith([CALLER]), { edge: CALLEE })).toEqual([
      "faults.0.edge: the mesh has checkout → payments at the caller only: leave `at: callee` out, or declare the edge with `at: callee` in the mesh too",
    ]);
    expect(issues(meshWith([CALLEE]), { edge: { from: "*", to: "payments" } })).toEqual([
      "faults.0.edge: from * to payments means edges at the callee only: add `at: callee`",
    ]);
    expect(issues(meshWith([CALLER]), { edge: { from: "*", to: "payments", at: "callee" } })).toEqual([
      "faults.0.edge: from * to payments means edges at the caller only: leave `at: callee` out",
    ]);
    expect([issues(BOTH, arrow), issues(BOTH, { edge: CALLEE })]).toEqual([[], []]);
  });
  it("is refused where the caller has no address by which its connections are known", () => {
    expect(issues(meshWith([CALLEE], { checkout: {} }), { edge: CALLEE })).toEqual([
      "faults.0.edge: no connection of checkout could be told from others' on checkout → payments (at callee): give checkout `endpoints` in the mesh, since callers are known by the hosts of their endpoints at the callee",
    ]);
  });
  it("is refused where another caller of the callee shares a host with its caller: both would be struck", () => {
    const beside = { ...SERVICES.gateway, endpoints: ["10.0.0.2:81"] };
    const other = { from: "gateway", to: "payments", listen: "127.0.0.1:2" };
    expect(issues(meshWith([CALLEE, other], { gateway: beside }), { edge: CALLEE })).toEqual([
      "faults.0.edge: gateway calls from 10.0.0.2 too, as checkout does: at the callee a fault on checkout → payments (at callee) would strike both; strike it at the caller",
    ]);
    expect(issues(meshWith([CALLEE, other]), { edge: CALLEE })).toEqual([]);
    expect(issues(meshWith([CALLER, other], { gateway: beside }), { edge: "checkout -> payments" })).toEqual([]);
  });
  it("leaves a fault on a process to the agents of the callers, who see it away", () => {
    const kill = { service: "payments" };
    const started = { payments: { ...SERVICES.payments, command: ["node"] } };
    expect(targets(kill, meshWith([CALLER, CALLEE], started))).toMatchObject([{ edge: "checkout->payments" }]);
    expect(issues(meshWith([CALLEE], started), kill)[0]).toContain("add the edge of a caller");
  });
});

describe("a probe of traffic", () => {
  const traffic = (edge: object) => ({ traffic: edge });
  it("counts at the place that it names, and is sent to the place that the mesh has", () => {
    const fault = { edge: CALLEE };
    expect(issues(BOTH, fault, traffic(CALLEE))).toEqual([]);
    expect(issues(meshWith([CALLEE]), fault, traffic({ from: "checkout", to: "payments" }))).toEqual([
      "hypothesis.0.traffic: the mesh has checkout → payments at the callee only: add `at: callee`, as in `{ from: checkout, to: payments, at: callee }`",
    ]);
  });
});

describe("connections that are older than the redirect", () => {
  it("are left alone, or reset, as the fault says; a fault on a process has none", () => {
    const planned = (fault: object) =>
      planExperiment(experiment(fault), BOTH, { run: asRunId("r"), seed: 1, mode: "full" }).faults[0]!;
    expect(planned({ edge: CALLEE })).not.toHaveProperty("existing");
    expect(planned({ edge: CALLEE, existing: "reset" })).toHaveProperty("existing", "reset");
    const killed = read({ service: "payments", existing: "reset" });
    expect("problems" in killed && killed.problems[0]!.message).toBe(
      "kill strikes a whole process, with all of its connections: leave `existing` out",
    );
  });
  it("are explained, with what an application sees of an agent beside it", () => {
    const said = (fault: object) => explainExperiment(experiment(fault), BOTH).find((line) => line.startsWith('"f"'))!;
    expect(said({ edge: CALLEE })).toContain("on checkout → payments (at callee)");
    expect(said({ edge: CALLEE })).toContain("The application sees an address of its own machine as the peer.");
    expect(said({ edge: CALLEE })).toContain("are out of reach, and `existing: reset` would cut them.");
    expect(said({ edge: CALLEE, existing: "reset" })).toContain(
      "each connection that is older than the redirect is reset",
    );
    expect(said({ edge: "checkout -> payments" })).not.toMatch(/redirect|out of reach/);
  });
});
