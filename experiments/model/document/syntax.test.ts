import { describe, expect, it } from "vitest";
import { readDocuments } from "./document.ts";
import { explainSyntax } from "./syntax.ts";

const MIB = 2 ** 20;
describe("text that no person wrote", () => {
  // Each took minutes with the square of its length; the limit of the test itself is what fails it.
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
