/** JSON Schemas (draft 2020-12) of the file forms, as editors and the HTTP API's description tell them. */

import { z } from "zod";
import { experimentFile } from "../form/experiment.ts";
import { meshFile } from "../form/mesh.ts";
import { policyFile } from "../form/policy.ts";
import { scheduleFile } from "../form/schedule.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;
const FILES = { Experiment: experimentFile, Mesh: meshFile, Schedule: scheduleFile, Policy: policyFile } as const;
export type FileKind = keyof typeof FILES;

const isMap = (node: unknown): node is JsonSchema => typeof node === "object" && node !== null && !Array.isArray(node);
const VARIABLE = String.raw`\$\{[A-Za-z_]`;
/** Places that hold no schema of a value, or one of keys, where variables are not replaced. */
const CLOSED = ["propertyNames", "examples", "default", "enum", "const"];

/** A value may be given as `${NAME}`: what has a form of its own lets that through, or editors would underline it. */
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

/** Of a kind of file, with its parts in `$defs`. */
export const fileSchema = (kind: FileKind): JsonSchema => {
  const schema = z.toJSONSchema(FILES[kind], {
    io: "input",
    target: "draft-2020-12",
    // Examples of a codec are left out by default, as if they were those of its output.
    override: ({ zodSchema, jsonSchema }) => {
      const { examples } = z.globalRegistry.get(zodSchema) ?? {};
      if (Array.isArray(examples) && jsonSchema.$ref === undefined) jsonSchema.examples = examples;
    },
  });
  return openToVariables(schema) as JsonSchema;
};
