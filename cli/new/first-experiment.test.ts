import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../../experiments/model/document/document.ts";
import { meshFitIssues } from "../../experiments/model/experiment/mesh-check.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { asRunId } from "../../experiments/model/names.ts";
import { planExperiment } from "../../experiments/model/plan/plan-experiment.ts";
import { readExperiment } from "../../experiments/model/read/experiment.ts";
import { readMesh } from "../../experiments/model/read/mesh.ts";
import { meshFromCompose } from "../init/compose.ts";
import { readCompose } from "../init/compose-file.ts";
import { meshText } from "../init/draft.ts";
import { meshFromMachine } from "../init/machine.ts";
import { type AskedRequest, askableFor, firstExperimentText, openEdges } from "./first-experiment.ts";
import { TEMPLATES } from "./templates.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const meshIn = (text: string): Mesh => {
  const { documents } = readDocuments(text, "mesh.yaml");
  const read = readMesh(documents[0]!);
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.mesh;
};
const fromCompose = (text: string): Mesh => {
  const read = readCompose(text, "compose.yaml");
  if ("problem" in read) throw new Error(read.problem);
  return meshIn(meshText(meshFromCompose(read, { name: "drawn", file: "compose.yaml" })));
};
const program = (name: string, port: number, environment: Record<string, string> = {}) => ({
  ...{ name, command: `node ${name}.js`, environment, listens: [`127.0.0.1:${port}`], calls: [] },
});
const MESHES: Readonly<Record<string, Mesh>> = {
  shop: meshIn(readFileSync(join(ROOT, "experiments/shop/mesh.yaml"), "utf8")),
  "the open shop": meshIn(readFileSync(join(ROOT, "experiments/shop/open.yaml"), "utf8")),
  "the shop in containers": meshIn(readFileSync(join(ROOT, "experiments/shop/composed.yaml"), "utf8")),
  "one from a compose file": fromCompose(`
services:
  web: { ports: ["8080:80"], environment: { ORDERS: "http://orders:8000", CACHE: "redis://cache:6379" } }
  orders: { environment: { DATABASE_URL: "postgres://me:pw@db:5432/orders" } }
  db: { image: postgres }
  cache: { image: redis }
`),
  "one from this machine": meshIn(
    meshText(
      meshFromMachine(
        { programs: [program("orders", 7303, { PAYMENTS: "127.0.0.1:7304" }), program("payments", 7304)] },
        { name: "here" },
      )!.draft,
    ),
  ),
  "one with edges at the callee": meshIn(`
apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: both }
spec:
  services: { a: { endpoints: ["10.0.0.1:1"] }, b: { endpoints: ["10.0.0.2:1"] }, c: { endpoints: ["10.0.0.3:1"] } }
  edges: [{ from: a, to: b }, { from: a, to: b, at: callee }, { from: b, to: c, at: callee }]
`),
  "one whose services have odd names": meshIn(`
apiVersion: squall.dev/v1
kind: Mesh
metadata: { name: odd }
spec:
  services: { "null": { endpoints: ["a:1"] }, "0": { endpoints: ["b:1"] }, ${"x".repeat(63)}: { endpoints: ["c:1"] } }
  edges:
    - { from: "null", to: "0", listen: "127.0.0.1:1" }
    - { from: "0", to: ${"x".repeat(63)}, listen: "127.0.0.1:2", protocol: tcp }
`),
};
const REQUEST: AskedRequest = { method: "POST", target: "/orders?x=1", json: { sku: "kettle: #1", list: [1, null] } };

const problemsOf = (text: string, mesh: Mesh): readonly unknown[] => {
  const { documents, problems } = readDocuments(text, "new.yaml");
  const read = readExperiment(documents[0]!);
  if ("problems" in read) return [...problems, ...read.problems];
  const plan = planExperiment(read.experiment, mesh, { run: asRunId("plan"), seed: 0, mode: "full" });
  expect(plan.faults.flatMap(({ targets }) => targets)).toHaveLength(1);
  return [...problems, ...meshFitIssues(read.experiment, mesh)];
};

describe.each(Object.entries(MESHES))("a first experiment on %s", (_name, mesh) => {
  const edges = openEdges(mesh);
  it.each(TEMPLATES)("is valid and can be planned on each edge: %s", (template) => {
    expect(edges.length).toBeGreaterThan(0);
    for (const edge of edges) {
      const shared = { ...{ template, mesh, meshPath: "./mesh.yaml", edge, withinMs: 1_000, name: null } };
      for (const to of askableFor(mesh, edge))
        expect(problemsOf(firstExperimentText({ ...shared, to, request: REQUEST }), mesh)).toEqual([]);
      const request = { method: "GET", target: "http://127.0.0.1:8080/orders" };
      expect(problemsOf(firstExperimentText({ ...shared, to: null, request }), mesh)).toEqual([]);
    }
  });
});

describe("a first experiment", () => {
  const { shop } = MESHES;
  const edge = shop!.edges.find(({ id }) => id === "checkout->payments")!;
  it("asks the caller first, then who calls it, ever farther up", () => {
    const askable = (mesh: Mesh) => askableFor(mesh, edge).map(({ name }) => name);
    expect(askable(shop!)).toEqual(["checkout", "gateway"]);
    expect(askable(MESHES["the open shop"]!)).toEqual(["checkout", "gateway", "shoppers"]);
  });
  it("offers no edge of a protected service", () => {
    const services = shop!.services.map((service) => ({ ...service, protected: service.name === "payments" }));
    expect(openEdges({ ...shop!, services }).map(({ id }) => id)).not.toContain("checkout->payments");
  });
  it("makes a slow dependency later than anybody is to be answered in", () => {
    const shared = { mesh: shop!, meshPath: "./mesh.yaml", edge, to: null, request: REQUEST, name: null };
    expect(firstExperimentText({ ...shared, template: "slow", withinMs: 5_000 })).toContain("delay: 10s");
  });
});

it("puts the first fault at the caller, and at the callee where the mesh has the edge only there", () => {
  const mesh = MESHES["one with edges at the callee"]!;
  expect(openEdges(mesh).map(({ id }) => id)).toEqual(["a->b", "b->c:callee"]);
});
