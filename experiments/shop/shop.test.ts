import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../model/document.ts";
import { type Experiment, readExperiment } from "../model/experiment.ts";
import { expectedOf } from "../model/form/annotations.ts";
import { type Mesh, readMesh } from "../model/mesh.ts";
import { edgeId } from "../model/names.ts";

const textOf = (file: string) => readFileSync(join(import.meta.dirname, file), "utf8");
const documentOf = (file: string) => {
  const { documents, problems } = readDocuments(textOf(file), file);
  expect(problems).toEqual([]);
  expect(documents).toHaveLength(1);
  return documents[0]!;
};
const experimentOf = (file: string): Experiment => {
  const read = readExperiment(documentOf(file));
  expect("problems" in read ? read.problems : []).toEqual([]);
  return (read as { experiment: Experiment }).experiment;
};
const mesh = (): Mesh => (readMesh(documentOf("mesh.yaml")) as { mesh: Mesh }).mesh;
const FILES = readdirSync(import.meta.dirname).filter((file) => file.endsWith(".yaml") && file !== "mesh.yaml");

describe("the shop's mesh", () => {
  it("sends every call through the agent: what a service is told of its neighbours is where edges listen", () => {
    const { services, edges } = mesh();
    const told = services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([key]) => key !== "PORT")
        .map(([key, address]) => `${edgeId(name, key.toLowerCase())} at ${address}`),
    );
    expect(told.sort()).toEqual(edges.map(({ id, listen }) => `${id} at ${listen}`).sort());
  });

  it("tells each service the port of its endpoint", () => {
    for (const { env, endpoints } of mesh().services)
      expect(endpoints.map(({ address }) => address)).toEqual([`127.0.0.1:${env.PORT}`]);
  });
});

describe.each(FILES)("%s", (file) => {
  it("is an experiment on this mesh, named as its file, with a schema for editors", () => {
    expect(textOf(file).split("\n")[0]).toBe("# yaml-language-server: $schema=../schema/experiment.schema.json");
    const { name, mesh: path, faults } = experimentOf(file);
    expect(name).toBe(basename(file, ".yaml"));
    expect(path).toBe("./mesh.yaml");
    const edges = mesh().edges.map(({ id }) => id);
    for (const { edge } of faults) expect(edges).toContain(edgeId(edge.from as string, edge.to as string));
  });

  it("says what it should come to, and if that is BROKEN, what the shop should have done", () => {
    const expected = expectedOf(experimentOf(file).annotations);
    expect(expected).not.toBeNull();
    if (expected?.verdict === "BROKEN")
      expect(textOf(file).replaceAll(/\n# ?/g, " ")).toMatch(/The shop should have \w+/);
  });
});

describe("the shop's experiments together", () => {
  it("are ten at least, over eight kinds of fault at least, and three at least find a weakness", () => {
    const all = FILES.map(experimentOf);
    expect(all.length).toBeGreaterThanOrEqual(10);
    expect(new Set(all.flatMap(({ faults }) => faults.map(({ action }) => action.kind))).size).toBeGreaterThanOrEqual(
      8,
    );
    const broken = all.filter(({ annotations }) => expectedOf(annotations)?.verdict === "BROKEN");
    expect(broken.length).toBeGreaterThanOrEqual(3);
  });
});
