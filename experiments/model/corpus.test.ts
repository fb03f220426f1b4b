import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { badExperiments, GOOD_EXPERIMENT } from "../../test/corpus/bad-experiments.ts";
import { badMeshes, GOOD_MESH } from "../../test/corpus/bad-meshes.ts";
import { badPolicies, GOOD_POLICY } from "../../test/corpus/bad-policies.ts";
import { badSchedules, GOOD_SCHEDULE } from "../../test/corpus/bad-schedules.ts";
import { badTexts } from "../../test/corpus/bad-yaml.ts";
import { misfits } from "../../test/corpus/misfits.ts";
import {
  experimentMistakes,
  type Mistake,
  meshMistakes,
  policyMistakes,
  scheduleMistakes,
} from "../../test/corpus/natural-mistakes.ts";
import { caseOf, said } from "../../test/corpus/read-cases.ts";
import { type Document, readDocuments } from "./document/document.ts";
import { byPlace, type FileIssue } from "./document/issue.ts";
import { meshFitIssues } from "./experiment/mesh-check.ts";
import type { Mesh } from "./mesh/mesh.ts";
import { readExperiment, validateExperiment } from "./read/experiment.ts";
import { readMesh } from "./read/mesh.ts";
import { readPolicy } from "./read/policy.ts";
import { readSchedule } from "./read/schedule.ts";

const GOOD = join(import.meta.dirname, "../../test/corpus/good");
const documentOf = (text: string): Document => {
  const { documents, problems } = readDocuments(text, "file.yaml");
  expect(said(problems)).toEqual([]);
  return documents[0]!;
};
const problemsOf = (result: object): readonly FileIssue[] =>
  "problems" in result ? (result.problems as FileIssue[]) : [];
const meshOf = (text: string): Mesh => {
  const result = readMesh(documentOf(text));
  expect(said(problemsOf(result))).toEqual([]);
  return (result as { mesh: Mesh }).mesh;
};

describe("good files", () => {
  it.each(readdirSync(GOOD))("%s has no problem", (name) => {
    const document = documentOf(readFileSync(join(GOOD, name), "utf8"));
    const reader = { Mesh: readMesh, Schedule: readSchedule, Policy: readPolicy, Experiment: validateExperiment };
    expect(said(problemsOf(reader[document.kind as keyof typeof reader](document)))).toEqual([]);
  });

  it("the files that the tables are made from have no problem", () => {
    expect(said(problemsOf(readExperiment(documentOf(GOOD_EXPERIMENT))))).toEqual([]);
    expect(meshOf(GOOD_MESH).edges).toHaveLength(1);
    expect(said(problemsOf(readSchedule(documentOf(GOOD_SCHEDULE))))).toEqual([]);
    expect(said(problemsOf(readPolicy(documentOf(GOOD_POLICY))))).toEqual([]);
  });
});

describe("bad experiments", () => {
  it.each(badExperiments)("$name", (bad) => {
    const { text, says } = caseOf(GOOD_EXPERIMENT, bad);
    expect(said(problemsOf(readExperiment(documentOf(text))))).toEqual(says);
  });
});

describe("bad meshes", () => {
  it.each(badMeshes)("$name", (bad) => {
    const { text, says } = caseOf(GOOD_MESH, bad);
    expect(said(problemsOf(readMesh(documentOf(text))))).toEqual(says);
  });
});

describe("bad schedules", () => {
  it.each(badSchedules)("$name", (bad) => {
    const { text, says } = caseOf(GOOD_SCHEDULE, bad);
    expect(said(problemsOf(readSchedule(documentOf(text))))).toEqual(says);
  });
});

describe("bad policies", () => {
  it.each(badPolicies)("$name", (bad) => {
    const { text, says } = caseOf(GOOD_POLICY, bad);
    expect(said(problemsOf(readPolicy(documentOf(text))))).toEqual(says);
  });
});

describe("mistakes that people make", () => {
  const told = (good: string, { find, put }: Mistake, reader: (document: Document) => object) => {
    expect(good).toContain(find);
    const { documents, problems } = readDocuments(
      good.replace(find, () => put),
      "file.yaml",
    );
    return said([...problems, ...documents.flatMap((document) => problemsOf(reader(document)))]);
  };
  it.each(experimentMistakes)("$put", (mistake) => {
    expect(told(GOOD_EXPERIMENT, mistake, validateExperiment)).toEqual(mistake.says);
  });
  it.each(meshMistakes)("mesh: $put", (mistake) => {
    expect(told(GOOD_MESH, mistake, readMesh)).toEqual(mistake.says);
  });
  it.each(scheduleMistakes)("schedule: $put", (mistake) => {
    expect(told(GOOD_SCHEDULE, mistake, readSchedule)).toEqual(mistake.says);
  });
  it.each(policyMistakes)("policy: $put", (mistake) => {
    expect(told(GOOD_POLICY, mistake, readPolicy)).toEqual(mistake.says);
  });
});

describe("experiments that do not fit their mesh", () => {
  const mesh = () => meshOf(readFileSync(join(GOOD, "mesh.yaml"), "utf8"));
  it.each(misfits)("$name", (bad) => {
    const { text, says } = caseOf(GOOD_EXPERIMENT, bad);
    const document = documentOf(text);
    const result = readExperiment(document);
    if (!("experiment" in result)) throw new Error(said(result.problems).join("\n"));
    const problems = meshFitIssues(result.experiment, mesh()).map((issue) => document.locate(issue));
    expect(said(problems.sort(byPlace))).toEqual(says);
  });

  it("the good ones fit", () => {
    for (const name of ["whole.yaml", "small.yaml"]) {
      const result = readExperiment(documentOf(readFileSync(join(GOOD, name), "utf8")));
      if (!("experiment" in result)) throw new Error(name);
      expect(meshFitIssues(result.experiment, mesh())).toEqual([]);
    }
  });
});

describe("texts that cannot be read", () => {
  it.each(badTexts)("$name", ({ text, says }) => {
    const { documents, problems } = readDocuments(text, "file.yaml");
    expect(said(problems)).toEqual(says);
    expect(documents).toEqual([]);
  });

  it("ten thousand brackets are one problem", () => {
    expect(readDocuments("[".repeat(10_000), "file.yaml").problems.map(({ message }) => message)).toEqual([
      "nested too deeply to be read",
    ]);
  });

  it("one bad document leaves the others readable", () => {
    const { documents, problems } = readDocuments("a: 1\n---\nb: [\n---\nc: 3\n", "file.yaml");
    expect(documents.map(({ value }) => value)).toEqual([{ a: 1 }, { c: 3 }]);
    expect(problems).not.toEqual([]);
  });
});
