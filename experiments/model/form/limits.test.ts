import { describe, expect, it } from "vitest";
import { parseExperiment } from "../read/experiment.ts";
import { parseMesh } from "../read/mesh.ts";
import { limitIssues, MOST_OF_MESH } from "./limits.ts";

const nested = (levels: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < levels; i++) value = [value];
  return value;
};
const list = (count: number, make: (i: number) => unknown) => Array.from({ length: count }, (_, i) => make(i));
const envelope = (kind: string, spec: object) => ({ apiVersion: "squall.dev/v1", kind, metadata: { name: "x" }, spec });
const told = (result: object): readonly { readonly message: string }[] =>
  (result as { problems?: readonly { message: string }[] }).problems ?? [];

describe("the limits of a document", () => {
  it("end a walk at so many values and levels, however large it is", () => {
    expect(limitIssues(list(4_999, () => 1))).toEqual([]);
    expect(limitIssues(list(5_000, () => 1))).toEqual([
      { path: [], message: "holds more than 5000 values: split it over several files" },
    ]);
    expect(
      limitIssues(
        list(5_000, () => 1),
        MOST_OF_MESH,
      ),
    ).toEqual([]);
    expect(limitIssues(nested(64))).toEqual([]);
    for (const levels of [65, 1_000, 100_000])
      expect(limitIssues(nested(levels))).toMatchObject([{ message: "nested deeper than 64 levels" }]);
    expect(limitIssues(list(1_000_000, () => ({ __proto__: null })))).toHaveLength(1);
  });
  it("let a mesh of two thousand edges pass", () => {
    const services = Object.fromEntries(list(2_000, (i) => [`s${i}`, { endpoints: [`127.0.0.1:${1_000 + i}`] }]) as []);
    const edges = list(1_999, (i) => ({ from: `s${i}`, to: `s${i + 1}`, listen: `127.0.0.1:${10_000 + i}` }));
    expect(told(parseMesh(envelope("Mesh", { services, edges })))).toEqual([]);
  });
});

describe("a document that is all mistakes", () => {
  it("is told of as many as anybody reads", () => {
    const keys = Object.fromEntries(list(4_000, (i) => [`k${i}`, 1]) as []);
    expect(told(parseExperiment(envelope("Experiment", keys))).length).toBeLessThan(100);
    const services = Object.fromEntries(list(2_000, (i) => [`s${i}`, { endpoints: [`127.0.0.1:${1_000 + i}`] }]) as []);
    const edges = list(1_999, (i) => ({ from: `a${i}`, to: `b${i}`, listen: `127.0.0.1:${10_000 + i}` }));
    const problems = told(parseMesh(envelope("Mesh", { services, edges })));
    expect(problems.length).toBeLessThan(100);
    expect(Math.max(...problems.map(({ message }) => message.length))).toBeLessThan(300);
  });
});
