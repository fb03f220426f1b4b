import { describe, expect, it } from "vitest";
import { readDocuments } from "../../../experiments/model/document/document.ts";
import { explainExperiment } from "../../../experiments/model/explain/experiment.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { parseMesh } from "../../../experiments/model/read/mesh.ts";
import { type Draft, keepDraft, readDraft } from "./draft.ts";
import { marksOf } from "./marks.ts";
import { readText } from "./reading.ts";
import { templateOf } from "./template.ts";
import { hasNotes, writtenOf } from "./written.ts";

const meshOf = (edges: readonly (readonly [string, string, string])[], more: Record<string, unknown> = {}): Mesh => {
  const names = new Set([...edges.map(([from]) => from), ...edges.map(([, to]) => to)]);
  const read = parseMesh({
    apiVersion: "squall.dev/v1",
    kind: "Mesh",
    metadata: { name: "m" },
    spec: {
      services: Object.fromEntries(
        [...names].map((name, i) => [name, { endpoints: [`127.0.0.1:${7000 + i}`], ...(more[name] as object) }]),
      ),
      edges: edges.map(([from, to, protocol], i) => ({ from, to, listen: `127.0.0.1:${8000 + i}`, protocol })),
    },
  });
  if ("problems" in read) throw new Error(JSON.stringify(read.problems));
  return read.mesh;
};
const SHOP = meshOf([
  ["gateway", "checkout", "http"],
  ["checkout", "payments", "http"],
  ["checkout", "ledger", "tcp"],
]);
const GOOD = templateOf(SHOP);
const told = (text: string, mesh: Mesh | null = SHOP) => {
  const { problems, warnings } = readText(text, mesh);
  return [...problems, ...warnings].map(({ line, column, message }) => `${line}:${column} ${message}`);
};
const LONG = "a".repeat(63);

describe("the template of a new experiment", () => {
  it.each([
    ["the shop", SHOP],
    ["one edge of requests", meshOf([["caller", "callee", "http"]])],
    ["one edge of bytes", meshOf([["caller", "callee", "tcp"]])],
    ["names as long as they may be", meshOf([[LONG, `${LONG.slice(1)}b`, "http"]])],
    [
      "a protected service",
      meshOf(
        [
          ["a", "b", "http"],
          ["c", "d", "http"],
        ],
        { b: { protected: true } },
      ),
    ],
  ])("is valid, fits the mesh and can break: %s", (_, mesh) => {
    const reading = readText(templateOf(mesh), mesh);
    expect([...reading.problems, ...reading.warnings]).toEqual([]);
    expect(explainExperiment(reading.experiment!, mesh).filter((line) => line.startsWith("Warning"))).toEqual([]);
  });
  it("is valid by itself where there is no mesh, or none of its edges may be touched", () => {
    expect(told(templateOf(null), null)).toEqual([]);
    expect(readText(templateOf(meshOf([["a", "b", "http"]], { a: { protected: true } })), null).problems).toEqual([]);
  });
});

describe("a text of the editor", () => {
  it("is told the same as the CLI tells, at the same place", () => {
    expect(told(GOOD.replace("latency:", "latncy:"))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^19:7 unknown key "latncy"/)]),
    );
    expect(told(GOOD.replace("  phases", "\tphases"))[0]).toMatch(/not valid YAML/);
    expect(told(GOOD.replace("metadata:", "kind: Experiment\nmetadata:"))[0]).toMatch(
      /^4:1 the key `kind` is written twice/,
    );
    expect(told("")).toEqual(["1:1 holds no document"]);
    expect(told(GOOD.replace("kind: Experiment", "kind: Experimnt"))[0]).toMatch(/^3:7 expected the kind/);
    expect(told("kind: Pod")).toEqual(["1:1 expected a document of kind Experiment, and there is none in this file"]);
    expect(told(" ".repeat(2 ** 20 + 1))[0]).toMatch(/longer than 1 MiB/);
  });
  it("is stored with its variables and started only with a value for each", () => {
    const open = readText(GOOD.replace("delay: 300ms", 'delay: "$' + '{DELAY}"'), SHOP);
    expect(open.problems).toEqual([]);
    expect(open.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("the variable DELAY is not set"),
    ]);
    expect(JSON.stringify(open.content)).toContain("${" + "DELAY}");
    expect(open.runnable).toBeNull();
    const filled = readText(GOOD.replace("delay: 300ms", 'delay: "$' + '{DELAY:-1s}"'), SHOP);
    expect(JSON.stringify(filled.runnable)).toContain('"delay":"1s"');
    expect(JSON.stringify(filled.content)).toContain("${" + "DELAY:-1s}");
  });
  it("that does not fit the mesh in force is valid, with a warning", () => {
    const { problems, warnings, mesh } = readText(GOOD.replaceAll("to: payments", "to: paymets"), SHOP);
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      expect.objectContaining({ message: 'unknown service "paymets"', suggestion: "payments" }),
    ]);
    expect(mesh).toBeNull();
  });
  it("holds one experiment, and what is beside it is named", () => {
    const { problems, content } = readText(`${GOOD}---\nkind: Mesh\nmetadata: { name: shop }\n`, SHOP);
    expect(problems.map(({ message }) => message)).toEqual([expect.stringContaining("(Mesh shop): take it out")]);
    expect(content).toBeNull();
  });
});

describe("marks", () => {
  const mark = (text: string) => {
    const [first] = marksOf(text, readText(text, SHOP));
    return first && { ...first, marked: text.slice(first.from, first.to) };
  };
  it("lie on the word that is wrong, and know what was meant", () => {
    expect(mark(GOOD.replace("latency:", "latncy:"))).toMatchObject({
      ...{ marked: "latncy", severity: "error", instead: "latency" },
      message: 'unknown key "latncy"; did you mean `latency`?',
    });
    expect(mark(GOOD.replace("to: payments", 'to: "paymets"'))).toMatchObject({
      ...{ marked: "paymets", severity: "warning", instead: "payments" },
    });
  });
  it("are never empty nor beyond the text", () => {
    for (const text of ["", "a", "a:\n", "\n\n", "a: [", `${GOOD}spec:`, "{", "a: 'b\n", GOOD.replaceAll("  ", "\t")])
      for (const { from, to } of marksOf(text, readText(text, SHOP))) {
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(text.length);
        expect(to > from || text.slice(0, to).endsWith("\n") || text === "" || to === 0).toBe(true);
      }
  });
});

describe("a stored document as a text", () => {
  it("reads back as the same value, whatever it holds", () => {
    const { content } = readText(GOOD, SHOP);
    const hostile = {
      a: { b: { "x: #y": "<script>\u202e${" + "X}", "- ": " ", yes: "no", n: "012", m: "a\nb\n", t: "\t" } },
      l: [[], {}, [1, null]],
    };
    for (const value of [content, hostile]) {
      const { documents, problems } = readDocuments(writtenOf(value), "x");
      expect(problems).toEqual([]);
      expect(documents[0]!.value).toEqual(value);
    }
  });
  it("looks like what people write", () => {
    const { content } = readText(GOOD, SHOP);
    const text = writtenOf({ spec: content!.spec, metadata: content!.metadata, kind: "Experiment", apiVersion: "x" });
    expect(text).toMatch(/^apiVersion: x\nkind: Experiment\nmetadata:\n {2}name: /);
    expect(text).toContain("      edge: { from: checkout, to: payments }\n");
    expect(text).toContain("\nspec:\n  description: ");
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThan(120);
  });
  it("has lost its notes, which can be told beforehand", () => {
    expect(hasNotes(GOOD)).toBe(true);
    expect(hasNotes(writtenOf(readText(GOOD, SHOP).content))).toBe(false);
    expect(hasNotes("# yaml-language-server: $schema=x\na: b#c\n")).toBe(false);
  });
});

describe("a draft", () => {
  const keepOf = (kept: Map<string, string>) => ({
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  });
  const draft: Draft = { text: "a: b", base: null };
  it("is kept for each experiment, and forgotten", () => {
    const keep = keepOf(new Map());
    keepDraft("one", draft, keep);
    expect([readDraft("one", keep), readDraft(null, keep)]).toEqual([draft, null]);
    keepDraft("one", null, keep);
    expect(readDraft("one", keep)).toBeNull();
  });
  it("that is none of ours is none", () => {
    for (const text of ["{", "1", '{"text":1,"base":null}', "null"])
      expect(readDraft("x", keepOf(new Map([["squall-draft:x", text]])))).toBeNull();
  });
  it("that cannot be kept says so", () => {
    const full = {
      ...keepOf(new Map()),
      setItem: () => {
        throw new Error("full");
      },
    };
    expect(keepDraft("x", draft, full)).toBe(false);
  });
});
