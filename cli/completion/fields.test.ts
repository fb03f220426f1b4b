import { describe, expect, it } from "vitest";
import { explainField } from "../../experiments/model/explain/experiment.ts";
import { FIRST_WORDS } from "../../experiments/model/explain/field-path.ts";
import { fieldsAt } from "./fields.ts";

const DEPTH = 4;
/** Every path that `explain` knows, with the keys below that path. */
const pathsBelow = (path: string, depth: number): readonly (readonly [string, readonly string[]])[] => {
  const found = explainField(path);
  if (!("docs" in found)) return [];
  const keys = found.docs.keys.map(({ key }) => key);
  return [[path, keys], ...(depth === 0 ? [] : keys.flatMap((key) => pathsBelow(`${path}.${key}`, depth - 1)))];
};

describe("completed fields", () => {
  it.each(FIRST_WORDS)("below %s are those that explain knows, at every level", (word) => {
    const paths = pathsBelow(word, DEPTH);
    expect(paths.length).toBeGreaterThan(0);
    for (const [path, keys] of paths)
      expect(fieldsAt(`${path}.`).map(({ value }) => value.slice(path.length + 1))).toEqual(keys);
  });
  it("begin with the words that lead to them, and say what each is", () => {
    expect(fieldsAt("").map(({ value }) => value)).toContain("fault");
    expect(fieldsAt("fault.")).toContainEqual({ value: "fault.latency", description: expect.stringContaining("late") });
  });
});
