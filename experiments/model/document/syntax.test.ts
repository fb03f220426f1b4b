import { describe, expect, it } from "vitest";
import { GOOD_EXPERIMENT } from "../../../test/corpus/bad-experiments.ts";
import { experimentMistakes } from "../../../test/corpus/natural-mistakes.ts";
import { readDocuments } from "./document.ts";
import { explainSyntax } from "./syntax.ts";

const MIB = 2 ** 20;
describe("text that no person wrote", () => {
  // Each text took minutes with the square of the length; the time limit of the test fails a slow reader.
  it.each([
    ["quotes", `a: {${"\"'".repeat(MIB / 4)}`],
    ["variables that do not end", `a: {${"${X:".repeat(MIB / 8)}`],
    ["braces", `a: ${"{a ".repeat(MIB / 8)}`],
    ["dashes", `a: b: ${"- ".repeat(MIB / 4)}`],
    ["colons", `a: ${"b:".repeat(MIB / 4)} c: d`],
  ])("%s are read in time that grows with the text", (_, text) => {
    const error = { code: "MISSING_CHAR", message: "Missing closing", offset: text.length };
    expect(explainSyntax([error, { ...error, code: "BLOCK_AS_IMPLICIT_KEY" }], text).length).toBeGreaterThan(0);
  });
});

describe("a cause", () => {
  const told = (text: string) =>
    readDocuments(text, "f").problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  it("is told at its own line, whatever the parser says of those below", () => {
    expect(told("a:\n  b: { c: 1\n  d: 2\n  e: 3\n")).toEqual([
      "2:6 not valid YAML: the `{` that begins here is never closed: end it with `}`",
    ]);
    expect(told('a:\n  b: "c\n  d: 2\n')).toEqual([
      "2:6 not valid YAML: the double quote that begins here is never closed",
    ]);
  });
  it("of each line with a tab is told on each of them", () => {
    expect(told("a:\n\tb: 1\n\tc: 2\n").length).toBeGreaterThan(0);
    expect(told("a:\n\tb: 1\n\tc: 2\n")[0]).toContain("2:1 not valid YAML: a tab indents this line");
  });
  it("is not looked for in text that is quoted or a comment", () => {
    expect(told('a: { b: "x { y", c: 1 } # { never\nd: [1\n')).toEqual([
      "2:4 not valid YAML: the `[` that begins here is never closed: end it with `]`",
    ]);
  });
});

describe("several faults of one file", () => {
  const told = (text: string) =>
    readDocuments(text, "f").problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
  const mistakes = experimentMistakes.filter(({ says }) => says.length === 1 && says[0]!.includes("not valid YAML"));
  const lineOf = (find: string) => GOOD_EXPERIMENT.slice(0, GOOD_EXPERIMENT.indexOf(find)).split("\n").length;
  const lines = (text: string) => text.split("\n").length;
  const pairs = mistakes.flatMap((a) =>
    mistakes.filter((b) => lineOf(b.find) > lineOf(a.find) + 1).map((b) => [a, b] as const),
  );

  it("are all told in one go, and no echo of them, wherever a line lies between two", () => {
    // A fifth of the pairs in each run takes a second.
    expect(pairs.length).toBeGreaterThan(300);
    for (const [a, b] of pairs.filter((_, nth) => nth % 5 === 0)) {
      const text = GOOD_EXPERIMENT.replace(a.find, () => a.put).replace(b.find, () => b.put);
      const grown = lines(a.put) - lines(a.find);
      const below = b.says[0]!.replace(/^\d+/, (line) => String(Number(line) + grown));
      // A template in the first line, which belongs to another tool, hides a merge conflict's rival claim to the whole file.
      if (a.put.startsWith("{%")) expect(told(text)).toContain(below);
      else expect(told(text)).toEqual([a.says[0], below]);
    }
  });
  it("may be many, of any kind", () => {
    const text = `a:
\tb: 1
c: { d: 1
e: x: y
f: "open
g: @x
h: 1
h: 2
`;
    expect(
      told(text).map((problem) => problem.replace(/(?<=^\S+ )not valid YAML: /, "").slice(0, 45)),
    ).toMatchInlineSnapshot(`
      [
        "2:1 a tab indents this line: YAML is indented",
        "3:4 the \`{\` that begins here is never closed:",
        "4:4 a second \`: \` in one line: put text in qu",
        "5:4 the double quote that begins here is neve",
        "6:4 \`@\` means something to YAML where a value",
      ]
    `);
  });
  it("are told once where a document beside the broken one is wrong too", () => {
    expect(told("a: 1\na: 2\n---\nb: c: d\n").map((problem) => problem.slice(0, 3))).toEqual(["2:1", "4:4"]);
  });
  it("are told as far as a long text can be read again in time: of one of 64 KiB the first alone", () => {
    expect(told("a: b: c\n".repeat(3)).length).toBe(3);
    expect(told(`a: b: c\n${"# long\n".repeat(10_000)}b: c: d\n`.repeat(2)).length).toBe(1);
  });
});
