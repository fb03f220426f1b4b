import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { readDocuments } from "../model/document/document.ts";
import type { Experiment } from "../model/experiment/experiment.ts";
import { expectedOf } from "../model/form/annotations.ts";
import { describeDiff, diffMeshes } from "../model/mesh/diff.ts";
import type { Mesh } from "../model/mesh/mesh.ts";
import { edgeId } from "../model/names.ts";
import { readExperiment } from "../model/read/experiment.ts";
import { readMesh } from "../model/read/mesh.ts";

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
const meshIn = (file: string): Mesh => (readMesh(documentOf(file)) as { mesh: Mesh }).mesh;
const mesh = (): Mesh => meshIn("mesh.yaml");
const MESHES = ["mesh.yaml", "open.yaml"];
/** Containers' mesh: test/machines/image.test.ts compares this mesh with the others. */
const COMPOSED = "composed.yaml";
const FILES = readdirSync(import.meta.dirname).filter(
  (file) => file.endsWith(".yaml") && ![...MESHES, COMPOSED].includes(file),
);

describe.each(MESHES)("the shop's mesh in %s", (file) => {
  it("has a schema for editors", () => {
    expect(textOf(file).split("\n")[0]).toBe("# yaml-language-server: $schema=../schema/mesh.schema.json");
  });
  it("sends every call through the agent: what a service is told of its neighbours is where edges listen", () => {
    const { services, edges } = meshIn(file);
    const told = services.flatMap(({ name, env }) =>
      Object.entries(env)
        .filter(([key]) => key !== "PORT")
        .map(([key, address]) => `${edgeId(name, key.toLowerCase())} at ${address}`),
    );
    expect(told.sort()).toEqual(edges.map(({ id, listen }) => `${id} at ${listen}`).sort());
  });

  it("tells each service the port of its endpoint", () => {
    for (const { env, endpoints } of meshIn(file).services)
      expect(endpoints.map(({ address }) => address)).toEqual([`127.0.0.1:${env.PORT}`]);
  });
});

describe("the open shop", () => {
  it("is the shop with shoppers and nothing else, so that a run on the shop attaches to it", () => {
    const open = meshIn("open.yaml");
    expect(open).toMatchObject({ name: mesh().name, directory: mesh().directory });
    expect(describeDiff(diffMeshes(mesh(), open))).toEqual(["+ service shoppers", "+ edge shoppers->gateway"]);
  });
});

describe.each(FILES)("%s", (file) => {
  it("is an experiment on this mesh, named as its file, with a schema for editors", () => {
    expect(textOf(file).split("\n")[0]).toBe("# yaml-language-server: $schema=../schema/experiment.schema.json");
    const { name, mesh: path, faults } = experimentOf(file);
    expect(name).toBe(basename(file, ".yaml"));
    expect(path).toBe("./mesh.yaml");
    const edges = mesh().edges.map(({ id }) => id);
    const names = mesh().services.map((service) => service.name);
    for (const { edge, service } of faults)
      if (service === undefined) expect(edges).toContain(edgeId(edge.from as string, edge.to as string));
      else expect(names).toContain(service);
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
