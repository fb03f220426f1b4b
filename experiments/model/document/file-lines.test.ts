import { expect, it } from "vitest";
import { readDocuments } from "./document.ts";
import { fileLinesOf, lineOf } from "./file-lines.ts";

const TEXT = `# a comment
kind: Experiment
metadata:
  name: two
spec:
  hypothesis:
    - name: first
      objective: 99%
    - objective: 99%
      name: second
`;
const lines = fileLinesOf(readDocuments(TEXT, "two.yaml").documents[0]!);

it("finds the lines of the experiment's name and of each expectation's", () => {
  expect(lines).toEqual({ name: 4, expectations: [7, 10] });
});

it("points at the first broken expectation, and at the experiment's name where none is", () => {
  const broken = { met: false };
  const met = { met: true };
  expect(lineOf(lines, [met, broken])).toBe(10);
  expect(lineOf(lines, [broken, broken])).toBe(7);
  expect(lineOf(lines, [met, { met: null }])).toBe(4);
  expect(lineOf(lines, [])).toBe(4);
});

it("points at the experiment's name where an expectation has no line", () => {
  expect(lineOf({ name: 4, expectations: [] }, [{ met: false }])).toBe(4);
});
