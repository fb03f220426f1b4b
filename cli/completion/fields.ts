/**
 * Fields that `squall explain` knows, for a line that is being typed. Read from the JSON Schemas: the schemas in code take four
 * times as long to load as all the rest, and a shell waits for the answer to a key.
 */
import { readFileSync } from "node:fs";
import { FIRST_WORDS, fieldPath } from "../../experiments/model/explain/field-path.ts";
import { packagePath } from "../../server/package-paths.ts";
import type { Candidate } from "./candidates.ts";

interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema | false;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly description?: string;
}
const schemaOf = (root: string): Schema =>
  JSON.parse(readFileSync(packagePath("experiments", "schema", `${root}.schema.json`), "utf8"));

/** The forms that a value may have: through references, alternatives, lists, and maps of names. */
const formsOf = (schema: Schema, document: Schema, passed: readonly Schema[] = []): readonly Schema[] => {
  if (passed.includes(schema)) return [];
  const { $ref, anyOf = [], oneOf = [], allOf = [], items, additionalProperties: named, properties } = schema;
  const target = $ref === undefined ? [] : [document.$defs?.[$ref.split("/").at(-1)!] ?? {}];
  const inner = [
    ...[...target, ...anyOf, ...oneOf, ...allOf],
    ...(items ? [items] : []),
    ...(properties === undefined && typeof named === "object" ? [named] : []),
  ];
  return [schema, ...inner.flatMap((one) => formsOf(one, document, [...passed, schema]))];
};
const fieldsOf = (schemas: readonly Schema[], document: Schema): readonly (readonly [string, Schema])[] =>
  schemas.flatMap((schema) => formsOf(schema, document)).flatMap(({ properties = {} }) => Object.entries(properties));

/** `fault.la` → `fault.latency`, each with a description. */
export const fieldsAt = (word: string): readonly Candidate[] => {
  const dot = word.lastIndexOf(".");
  if (dot < 0) return FIRST_WORDS.map((value) => ({ value, description: "" }));
  const above = word.slice(0, dot);
  const { root, keys } = fieldPath(above);
  const document = schemaOf(root);
  const place = keys.reduce<readonly Schema[]>(
    (schemas, key) => fieldsOf(schemas, document).flatMap(([name, schema]) => (name === key ? [schema] : [])),
    [document],
  );
  const summaryOf = (schema: Schema) => formsOf(schema, document).find(({ description }) => description)?.description;
  const found = new Map(fieldsOf(place, document).map(([name, schema]) => [name, summaryOf(schema) ?? ""]));
  return [...found].map(([name, description]) => ({ value: `${above}.${name}`, description }));
};
