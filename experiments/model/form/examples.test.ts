import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { z } from "zod";
import { EXAMPLES, exampleAt } from "./examples.ts";
import { experimentFile } from "./experiment.ts";
import { meshFile } from "./mesh.ts";
import { policyFile } from "./policy.ts";
import { scheduleFile } from "./schedule.ts";
import { byEnding, defOf, unwrap } from "./schema-walk.ts";
import { synonyms } from "./synonyms.ts";

interface Field {
  readonly place: string;
  readonly schema: z.ZodType;
  readonly isRequired: boolean;
}
/** A value of JSON is a list of such values, for ever. */
const DEEPEST = 12;
/** Every field of a file form with the place that `placeOf` gives. */
const fieldsOf = (schema: z.ZodType, place: string, isRequired = true): readonly Field[] => {
  if (place.split(".").length > DEEPEST || place.includes(".http.json")) return [];
  const below = unwrap(schema).flatMap((inner) => {
    const { shape, element, valueType } = defOf(inner);
    if (shape !== undefined)
      return Object.entries(shape).flatMap(([key, value]) =>
        fieldsOf(value, `${place}.${key}`, !["optional", "prefault", "default"].includes(defOf(value).type)),
      );
    if (element !== undefined) return fieldsOf(element, `${place}.[]`, false);
    return valueType === undefined ? [] : fieldsOf(valueType, `${place}.*`, false);
  });
  return [{ place, schema, isRequired }, ...below];
};
const FIELDS = [
  ...fieldsOf(experimentFile, "Experiment"),
  ...fieldsOf(meshFile, "Mesh"),
  ...fieldsOf(scheduleFile, "Schedule"),
  ...fieldsOf(policyFile, "Policy"),
].filter(({ place }) => place.includes("."));
const isMapOrList = ({ schema }: Field) =>
  unwrap(schema).some((inner) => ["object", "record", "array"].includes(defOf(inner).type));

describe("examples", () => {
  it("there is one of every map, every list, and everything that must be written", () => {
    const without = FIELDS.filter(
      (field) => (isMapOrList(field) || field.isRequired) && exampleAt(field.place) === undefined,
    );
    expect(without.map(({ place }) => place)).toEqual([]);
  });

  it("each is right where it is shown", () => {
    const wrong = FIELDS.flatMap(({ place, schema }) => {
      const example = exampleAt(place);
      if (example === undefined) return [];
      const read = schema.safeParse(parse(example));
      return read.success ? [] : [`${place}: ${example}: ${JSON.stringify(read.error.issues)}`];
    });
    expect(wrong).toEqual([]);
  });

  it("none is of a place that there is not", () => {
    const shown = new Set(FIELDS.map(({ place }) => byEnding(keysOfTable, place)));
    expect(Object.keys(EXAMPLES).filter((key) => !shown.has(key))).toEqual([]);
  });
});
const keysOfTable = Object.fromEntries(Object.keys(EXAMPLES).map((key) => [key, key]));

describe("synonyms", () => {
  const keysAt = (place: string): readonly string[] =>
    FIELDS.filter(
      (field) => field.place === place || field.place.endsWith(`.${place}`) || field.place.split(".")[0] === place,
    )
      .flatMap(({ schema }) => unwrap(schema))
      .flatMap((inner) => Object.keys(defOf(inner).shape ?? {}));

  it("each leads to a key that the map has", () => {
    const lost = synonyms().filter(({ place, key }) => key !== undefined && !keysAt(place).includes(key));
    expect(lost).toEqual([]);
  });

  it("none is a key of ours in that very map", () => {
    const hidden = synonyms().filter(({ place, word }) => place.includes(".") && keysAt(place).includes(word));
    expect(hidden).toEqual([]);
  });
});
