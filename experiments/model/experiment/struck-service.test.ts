import { describe, expect, it } from "vitest";
import { plannedRadius } from "../blast-radius/planned.ts";
import type { Mesh, Service } from "../mesh/mesh.ts";
import { asRunId, edgeId } from "../names.ts";
import { planExperiment } from "../plan/plan-experiment.ts";
import { parseExperiment } from "../read/experiment.ts";
import { meshFitIssues } from "./mesh-check.ts";

const service = (name: string, changes: Partial<Service> = {}): Service => ({
  ...{ name, labels: {}, command: ["node"], env: {}, endpoints: [{ address: `${name}:1`, labels: {} }] },
  ...{ ready: { tcp: true }, startMs: 1, protected: false, ...changes },
});
const edge = (from: string, to: string) => ({
  ...{ id: edgeId(from, to), from, to, listen: `l-${from}-${to}:1`, protocol: "http" as const },
});
const mesh = (changes: Readonly<Record<string, Partial<Service>>> = {}): Mesh => ({
  name: "m",
  directory: null,
  services: ["gateway", "checkout", "payments", "ledger"].map((name) => service(name, changes[name])),
  edges: [edge("gateway", "checkout"), edge("checkout", "payments"), edge("payments", "ledger")],
});
const experiment = (name: string, kind = "kill") => {
  const read = parseExperiment({
    ...{ apiVersion: "squall.dev/v1", kind: "Experiment", metadata: { name: "e" } },
    spec: {
      hypothesis: [{ name: "h", http: { to: "gateway", rate: "40/s" }, good: { status: "2xx" }, objective: "99%" }],
      faults: [{ name: "f", service: name, [kind]: {} }],
    },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.experiment;
};
const says = (name: string, of = mesh(), kind?: string) =>
  meshFitIssues(experiment(name, kind), of).map(({ path, message }) => `${path.slice(2).join(".")}: ${message}`);

describe("a fault on the process of a service", () => {
  it("fits a service that Squall starts and that somebody calls", () => {
    expect(says("payments")).toEqual([]);
  });
  it("is refused for a service that there is not, with the one that was meant", () => {
    expect(says("paymets")).toEqual(['0.service: unknown service "paymets"']);
  });
  it("is refused for a service that Squall does not start, with what to use instead", () => {
    const foreign = mesh({ payments: { command: null } });
    expect(says("payments", foreign)).toEqual([
      "0.service: payments is not started by Squall here, so there is no process to kill: what callers see of a dead service is `partition: refuse` on the edges to it",
    ]);
    expect(says("payments", foreign, "pause")[0]).toContain("`partition: stall`");
  });
  it("is refused on a server, which starts nothing, whatever its mesh says", () => {
    expect(meshFitIssues(experiment("payments"), mesh(), [], () => false)).toHaveLength(1);
  });
  it("is refused for a protected service, and for a neighbour of one", () => {
    expect(says("payments", mesh({ payments: { protected: true } }))).toEqual([
      "0.service: payments is protected: no fault may touch it",
    ]);
    for (const name of ["checkout", "ledger"])
      expect(says("payments", mesh({ [name]: { protected: true } }))[0]).toContain("the edge of a protected service");
  });
  it("is refused for a service that no edge leads to: nobody would see who met its absence", () => {
    expect(says("gateway")[0]).toContain("no edge of the mesh leads to gateway");
  });
});

describe("the plan of such a fault", () => {
  const plan = planExperiment(experiment("payments"), mesh(), { run: asRunId("r"), seed: 1, mode: "full" });
  it("strikes the edges of all callers, and names the service", () => {
    const [fault] = plan.faults;
    expect(fault).toMatchObject({ service: "payments", hits: { atLeast: 1, edges: "some" } });
    expect(fault!.targets.map(({ edge }) => edge)).toEqual([edgeId("checkout", "payments")]);
  });
  it("is narrowed by no selection of callers: a dead process is dead for all", () => {
    const narrow = {
      ...{ run: asRunId("r"), seed: 1, mode: "full" as const },
      select: { checkout: { instances: { count: 1 } } },
    };
    expect(planExperiment(experiment("payments"), mesh(), narrow).faults[0]!.targets[0]).not.toHaveProperty("callers");
  });
  it("declares the service and its callers, so that neither side's half-done calls are a leak", () => {
    const { declared } = plannedRadius(plan, mesh());
    expect(declared).toEqual([
      { service: "gateway", may: "slow" },
      { service: "checkout", may: "fail" },
      { service: "payments", may: "fail" },
    ]);
  });
});
