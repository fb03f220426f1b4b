/** JSON Schemas (draft 2020-12) of the file forms, for editors and for the description of the HTTP API. */

import { z } from "zod";
import { experimentFile } from "./experiment.ts";
import { meshFile } from "./mesh.ts";
import { policyFile } from "./policy.ts";
import { scheduleFile } from "./schedule.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;
const FILES = { Experiment: experimentFile, Mesh: meshFile, Schedule: scheduleFile, Policy: policyFile } as const;
export type FileKind = keyof typeof FILES;

const isMap = (node: unknown): node is JsonSchema => typeof node === "object" && node !== null && !Array.isArray(node);
const VARIABLE = String.raw`\$\{[A-Za-z_]`;
/** Keywords whose value holds no schema of a value, or a schema of keys, where variables are not replaced. */
const CLOSED = ["propertyNames", "examples", "default", "enum", "const"];

/**
 * A value may be given as `${NAME}`: string schemas with a pattern and integer schemas must allow that, or editors
 * would underline the variable.
 */
const openToVariables = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(openToVariables);
  if (!isMap(node)) return node;
  const inner: JsonSchema = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, CLOSED.includes(key) ? value : openToVariables(value)]),
  );
  if (inner.type === "string" && typeof inner.pattern === "string")
    return { ...inner, pattern: `${inner.pattern}|${VARIABLE}` };
  if (inner.type !== "integer") return inner;
  const { type, minimum, maximum, ...rest } = inner;
  return {
    ...rest,
    anyOf: [
      { type, minimum, maximum },
      { type: "string", pattern: VARIABLE },
    ],
  };
};

/** Schema of a kind of file, with shared parts in `$defs`. */
export const fileSchema = (kind: FileKind): JsonSchema => {
  const schema = z.toJSONSchema(FILES[kind], {
    io: "input",
    target: "draft-2020-12",
    // zod leaves examples of a codec out by default, as if the examples belonged to the codec's output.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (Array.isArray(examples) && jsonSchema.$ref === undefined) jsonSchema.examples = examples;
    },
  });
  return openToVariables(schema) as JsonSchema;
};
