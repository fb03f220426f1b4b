// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GOOD_EXPERIMENT } from "../../test/corpus/bad-experiments.ts";
import { GOOD_MESH } from "../../test/corpus/bad-meshes.ts";
import { readDocuments } from "./document/document.ts";
import { formatIssue, type Issue } from "./document/issue.ts";
import { substituteDocument } from "./document/variables.ts";
import { meshFitIssues } from "./experiment/mesh-check.ts";
import { explainExperiment, explainField } from "./explain/experiment.ts";
import type { Mesh } from "./mesh/mesh.ts";
import { parseExperiment, readExperiment, validateExperiment } from "./read/experiment.ts";
import { parseMesh, readMesh } from "./read/mesh.ts";

const whole = readFileSync(join(import.meta.dirname, "../../test/corpus/good/whole.yaml"), "utf8");
const dataOf = (text: string) => readDocuments(text, "file.yaml").documents[0]!.value;
const mesh = (parseMesh(dataOf(GOOD_MESH)) as { mesh: Mesh }).mesh;

/** Every message must be in Squall's own words, without the libraries' words. */
const FOREIGN = /invalid (?:input|option)|expected (?:string|object|array|nan)\b|\bundefined\b|\[object|\bnan\b/i;
const isPlain = ({ message }: Pick<Issue, "message">) =>
  message.length > 0 && !FOREIGN.test(message.replace(/"(?:[^"\\]|\\.)*"?/g, "").replace(/`[^`]*`/g, ""));
const plain = (issues: readonly Pick<Issue, "message">[]) => issues.filter((issue) => !isPlain(issue));

/** Document with the value at a random place replaced by a random value. */
type Way = readonly number[];
const replaceAt = (value: unknown, way: Way, put: unknown): unknown => {
  const [turn, ...rest] = way;
  if (turn === undefined || typeof value !== "object" || value === null) return put;
  const keys = Object.keys(value);
  if (keys.length === 0) return put;
  const key = keys[turn % keys.length]!;
  const inner = replaceAt((value as Record<string, unknown>)[key], rest, put);
  if (Array.isArray(value)) return value.map((item, i) => (i === Number(key) ? inner : item));
  return { ...value, [key]: inner };
};
const anything = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("", "2xx", "10s", "0s", "*", "${X}", "99%", -1, 0, 1e308, null, {}, [], { labels: {} }),
);
const way = fc.array(fc.nat(20), { minLength: 1, maxLength: 7 });

describe("whatever is written", { timeout: 60_000 }, () => {
  it("any text gives documents or problems with a place", () => {
    const yaml = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            "a",
            ":",
            " ",
            "\n",
            "-",
            "[",
            "]",
            "{",
            "}",
            "&x",
            "*x",
            '"',
            "'",
            "|",
            "#",
            "\t",
            "!",
            "%",
            "---",
            "?",
            ",",
            "<<",
            "~",
          ),
          { maxLength: 60 },
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(yaml, (text) => {
        const { documents, problems } = readDocuments(text, "file.yaml");
        expect(documents.length + problems.length).toBeGreaterThan(0);
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.column).toBeGreaterThan(0);
          formatIssue(problem);
        }
        for (const document of documents) {
          const read = readExperiment(substituteDocument(document, {}).value);
          expect("problems" in read && read.problems.length).toBeGreaterThan(0);
          readMesh(document);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("any data gives a model or problems in plain words", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const [experiment, read] = [parseExperiment(value), parseMesh(value)];
        if ("problems" in experiment) expect(plain(experiment.problems)).toEqual([]);
        if ("problems" in read) expect(plain(read.problems)).toEqual([]);
      }),
    );
  });

  it.each([
    ["the small experiment", GOOD_EXPERIMENT],
    ["the whole experiment", whole],
  ])("%s with anything anywhere gives a model that can be explained, or problems in plain words", (_, text) => {
    const good = dataOf(text);
    fc.assert(
      fc.property(way, anything, (turns, put) => {
        const read = parseExperiment(replaceAt(good, turns, put));
        if ("problems" in read) {
          expect(read.problems.length).toBeGreaterThan(0);
          expect(plain(read.problems)).toEqual([]);
          return;
        }
        expect(explainExperiment(read.experiment, mesh).length).toBeGreaterThan(3);
        expect(plain(meshFitIssues(read.experiment, mesh))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("a mesh with anything anywhere gives a model or problems in plain words", () => {
    const good = dataOf(GOOD_MESH);
    fc.assert(
      fc.property(way, anything, (turns, put) => {
        const read = parseMesh(replaceAt(good, turns, put));
        if ("problems" in read) expect(plain(read.problems)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it("keys that reach the prototype are refused without a file too", () => {
    const value = JSON.parse('{ "metadata": { "__proto__": { "name": "x" } }, "constructor": {} }') as unknown;
    const read = parseExperiment(value);
    expect("problems" in read && read.problems.map(({ message }) => message)).toEqual([
      "the key `__proto__` is not allowed",
      "the key `constructor` is not allowed",
    ]);
  });

  it("any path of a field has docs or a message", () => {
    const word = fc.constantFrom(
      "spec",
      "faults",
      "latency",
      "constructor",
      "__proto__",
      "[0]",
      "",
      "match",
      "x",
      "services",
    );
    fc.assert(
      fc.property(
        fc.array(word).map((words) => words.join(".")),
        (path) => {
          const found = explainField(path);
          return "docs" in found || found.message.length > 0;
        },
      ),
    );
  });
});

describe("validate", () => {
  const text = whole.replace("delay: 2s", 'delay: "${DELAY}"').replace("seed: 42", "seed: ${SEED:-7}");
  const document = readDocuments(text, "file.yaml").documents[0]!;

  it("holds nothing against a variable that is not set", () => {
    expect(validateExperiment(document)).toEqual({ experiment: null, problems: [] });
  });

  it("still finds everything else", () => {
    const broken = readDocuments(text.replace("rate: 40/s", "rate: 40"), "file.yaml").documents[0]!;
    expect(validateExperiment(broken).problems).toHaveLength(1);
  });

  it("gives the model where only defaults were needed", () => {
    const { documents } = readDocuments(whole.replace("seed: 42", "seed: ${SEED:-7}"), "file.yaml");
    expect(validateExperiment(documents[0]!).experiment?.seed).toBe(7);
  });
});
