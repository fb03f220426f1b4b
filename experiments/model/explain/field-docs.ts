/** The documentation of every field of a file, read from the schemas themselves. */
import type { z } from "zod";
import { nearest } from "../document/suggestion.ts";
import { exampleOfField } from "../form/examples.ts";
import { experimentFile } from "../form/experiment.ts";
import { meshFile } from "../form/mesh.ts";
import { policyFile } from "../form/policy.ts";
import { scheduleFile } from "../form/schedule.ts";
import { defOf, unwrap } from "../form/schema-walk.ts";
import { FIRST_WORDS, type FieldRoot, fieldPath } from "./field-path.ts";

export interface FieldDocs {
  /** The full path, such as `spec.faults.latency.delay`. */
  readonly path: string;
  readonly summary: string;
  /** Allowed values, in words. */
  readonly type: string;
  readonly required: boolean;
  readonly default?: string;
  readonly example?: string;
  /** Keys below the field, each with a summary. */
  readonly keys: readonly { readonly key: string; readonly summary: string }[];
}
export type FieldExplanation =
  | { readonly docs: FieldDocs }
  | { readonly message: string; readonly suggestion?: string };

const ROOTS: Readonly<Record<FieldRoot, z.ZodType>> = {
  experiment: experimentFile,
  mesh: meshFile,
  schedule: scheduleFile,
  policy: policyFile,
};
/** Parts of an experiment in which a word is sought that begins no path: users ask for these fields by name alone. */
const PARTS = ["fault", "probe", "good", "limits", "phases", "halt"];
/** Lists in lists that are looked through: a value of JSON is a list of such values, for ever. */
const MOST_LISTS = 2;
/**
 * Steps through lists and maps of names to the fields of each entry; wrappers are kept where there is no list or map.
 */
const entriesOf = (schema: z.ZodType, depth = 0): readonly z.ZodType[] =>
  unwrap(schema).flatMap((inner) => {
    const { element, shape } = defOf(inner);
    const isList = element !== undefined && shape === undefined && depth < MOST_LISTS;
    return isList ? entriesOf(element, depth + 1) : [inner];
  });
const namedEntries = (schema: z.ZodType): readonly z.ZodType[] =>
  entriesOf(schema).flatMap((inner) => {
    const { valueType } = defOf(inner);
    return valueType === undefined ? [inner] : entriesOf(valueType);
  });
const shapes = (schema: z.ZodType) => namedEntries(schema).map((inner) => defOf(inner).shape ?? {});
const keysOf = (schemas: readonly z.ZodType[]): readonly string[] => [
  ...new Set(schemas.flatMap(shapes).flatMap((shape) => Object.keys(shape))),
];
const step = (schemas: readonly z.ZodType[], key: string): readonly z.ZodType[] =>
  schemas.flatMap(shapes).flatMap((shape) => (Object.hasOwn(shape, key) ? [shape[key]!] : []));

/** A wrapper's own words win over those of the wrapped schema. */
const metaOf = (schema: z.ZodType, key: "description" | "title" | "examples"): unknown => {
  const own = schema.meta()?.[key];
  if (own !== undefined) return own;
  const { innerType, in: written } = defOf(schema);
  const inner = innerType ?? written;
  return inner === undefined ? undefined : metaOf(inner, key);
};
const summaryOf = (schema: z.ZodType | undefined): string => String((schema && metaOf(schema, "description")) ?? "");

const BASIC: Readonly<Record<string, string>> = {
  string: "text",
  number: "whole number",
  boolean: "true or false",
  object: "map",
  record: "map",
  null: "null",
};
const typeOf = (schema: z.ZodType): string => {
  const title = metaOf(schema, "title");
  if (typeof title === "string") return title;
  const kinds = unwrap(schema).map((inner) => {
    const { type, entries, values, element } = defOf(inner);
    if (entries !== undefined) return Object.values(entries).join(" | ");
    if (values !== undefined) return values.join(" | ");
    return element === undefined ? (BASIC[type] ?? type) : `list of ${typeOf(element)}`;
  });
  return [...new Set(kinds)].join(" or ");
};

const flow = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const inner = Object.entries(value).map(([key, item]) => `${key}: ${flow(item)}`);
  return inner.length === 0 ? "{}" : `{ ${inner.join(", ")} }`;
};
const defaultOf = (schema: z.ZodType): string | undefined => {
  const { defaultValue, innerType } = defOf(schema);
  if (defaultValue !== undefined) return flow(defaultValue);
  return innerType === undefined ? undefined : defaultOf(innerType);
};
const isRequired = (schema: z.ZodType) => !["optional", "prefault", "default"].includes(defOf(schema).type);

const docsOf = (path: readonly string[], schemas: readonly z.ZodType[]): FieldDocs => {
  const schema = schemas[0]!;
  const examples = metaOf(schema, "examples");
  const otherwise = defaultOf(schema);
  const own = Array.isArray(examples) && examples.length > 0 ? examples.slice(0, 2).map(flow).join(", or ") : undefined;
  const example = own ?? exampleOfField(path);
  const summary = schemas.map(summaryOf).find((words) => words !== "") ?? "";
  return {
    path: path[0] === "experiment" ? path.slice(1).join(".") || path[0]! : path.join("."),
    summary,
    type: typeOf(schema),
    required: schemas.every(isRequired),
    ...(otherwise === undefined ? {} : { default: otherwise }),
    ...(example === undefined ? {} : { example }),
    keys: keysOf(schemas).map((key) => ({ key, summary: summaryOf(step(schemas, key)[0]) })),
  };
};

const keysOfParts = (): readonly string[] =>
  PARTS.flatMap((part) => {
    const found = explainField(part);
    return "docs" in found ? found.docs.keys.map(({ key }) => key) : [];
  });
/** `latency` → the documentation of `fault.latency`. */
const inParts = (path: string): FieldExplanation | undefined =>
  PARTS.map((part) => explainField(`${part}.${path}`)).find((found) => "docs" in found);

/** `fault.latency`, `probe.http.rate`, `spec.faults.latency.delay`, `mesh.spec.services.ready`. Indexes such as `[0]` are passed over. */
export const explainField = (path: string): FieldExplanation => {
  const { root, keys: below, isGuess } = fieldPath(path);
  const keys = [root, ...below];
  let schemas: readonly z.ZodType[] = [ROOTS[root]];
  for (const [i, key] of keys.entries()) {
    if (i === 0) continue;
    const next = step(schemas, key);
    const elsewhere = next.length === 0 && i === 1 && isGuess ? inParts(path) : undefined;
    if (elsewhere !== undefined) return elsewhere;
    if (next.length === 0) {
      const isFirst = i === 1 && isGuess;
      const there = isFirst ? FIRST_WORDS : keysOf(schemas);
      const suggestion = nearest(key, isFirst ? [...FIRST_WORDS, ...keysOfParts()] : there);
      const before = keys.slice(1, i).join(".");
      const message = `there is no field \`${key}\`${before === "" ? "" : ` in ${before}`}`;
      if (suggestion !== undefined) return { message, suggestion };
      return {
        message: there.length === 0 ? `${message}: nothing is below it` : `${message}; it has ${there.join(", ")}`,
      };
    }
    schemas = next;
  }
  return { docs: docsOf(keys, schemas) };
};

/** The docs as lines of text. */
export const formatFieldDocs = (docs: FieldDocs): string[] => {
  const width = Math.max(0, ...docs.keys.map(({ key }) => key.length));
  return [
    docs.path,
    `  ${docs.summary}`,
    `  Type: ${docs.type}${docs.required ? ", required" : ""}`,
    ...(docs.default === undefined ? [] : [`  Default: ${docs.default}`]),
    ...(docs.example === undefined ? [] : [`  Example: ${docs.example}`]),
    ...(docs.keys.length === 0 ? [] : ["  Keys:"]),
    ...docs.keys.map(({ key, summary }) => `    ${key.padEnd(width)}  ${summary}`.trimEnd()),
  ];
};
