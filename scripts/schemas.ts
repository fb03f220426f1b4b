/** Writes `experiments/schema/*.json`: what editors complete and check files with. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { experimentFile } from "../experiments/model/experiment.ts";
import { meshFile } from "../experiments/model/mesh.ts";
import { policyFile } from "../experiments/model/policy.ts";
import { scheduleFile } from "../experiments/model/schedule.ts";

export const SCHEMA_FOLDER = join(import.meta.dirname, "../experiments/schema");
const FILES = [
  { name: "experiment.schema.json", title: "Squall experiment", schema: experimentFile },
  { name: "mesh.schema.json", title: "Squall mesh", schema: meshFile },
  { name: "schedule.schema.json", title: "Squall schedule", schema: scheduleFile },
  { name: "policy.schema.json", title: "Squall policy", schema: policyFile },
];

type Json = Record<string, unknown>;
const isMap = (node: unknown): node is Json => typeof node === "object" && node !== null && !Array.isArray(node);
const VARIABLE = String.raw`\$\{[A-Za-z_]`;
/** Places that hold no schema of a value, or one of keys, where variables are not replaced. */
const CLOSED = ["propertyNames", "examples", "default", "enum", "const"];

/** A value may be given as `${NAME}`: what has a form of its own lets that through, or editors would underline it. */
const openToVariables = (node: unknown): unknown => {
  if (Array.isArray(node)) return node.map(openToVariables);
  if (!isMap(node)) return node;
  const inner = Object.fromEntries(
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

/** The JSON Schemas of the file forms, by file name, as text. */
export const schemaTexts = (): ReadonlyMap<string, string> =>
  new Map(
    FILES.map(({ name, title, schema }) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        io: "input",
        target: "draft-2020-12",
        // Examples of a codec are left out by default, as if they were those of its output.
        override: ({ zodSchema, jsonSchema }) => {
          const { examples } = z.globalRegistry.get(zodSchema) ?? {};
          if (Array.isArray(examples) && jsonSchema.$ref === undefined) jsonSchema.examples = examples;
        },
      });
      const $id = `https://squall.dev/schema/v1/${name}`;
      const opened = openToVariables(rest) as Json;
      return [name, `${JSON.stringify({ $schema, $id, ...opened, title }, null, 2)}\n`];
    }),
  );

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  mkdirSync(SCHEMA_FOLDER, { recursive: true });
  for (const [name, text] of schemaTexts()) writeFileSync(join(SCHEMA_FOLDER, name), text);
}
