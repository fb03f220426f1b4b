/**
 * Writes `agent/contract/checks/*.ts`: the checks of the contract's messages as plain functions, from the zod schemas in
 * `agent/contract/schemas/` by way of JSON Schema and Ajv. Agents and servers check without zod and without Ajv.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { _, Ajv, type CodeKeywordDefinition, type KeywordCxt, Name, str } from "ajv";
import { getProperty, not, or, stringify } from "ajv/dist/compile/codegen/index.js";
import standalone from "ajv/dist/standalone/index.js";
import { z } from "zod";
import { localFaults, toAgent } from "../agent/contract/schemas/to-agent.ts";
import { foreignAttest, foreignHello, toServer } from "../agent/contract/schemas/to-server.ts";

export const CHECKS_FOLDER = join(import.meta.dirname, "../agent/contract/checks");
const FILES: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  "to-agent.ts": { toAgent, localFaults },
  "to-server.ts": { toServer, foreignHello, foreignAttest },
};

/** `condition`: the name of a condition in `conditions.ts`, tried once the value fits in every other way. */
const CONDITION: CodeKeywordDefinition = {
  keyword: "condition",
  type: "object",
  schemaType: "string",
  error: { message: ({ schema }) => str`${schema}`, params: ({ schema }) => _`{condition: ${schema}}` },
  code: (context: KeywordCxt) =>
    context.fail(_`!${new Name("conditions")}${getProperty(context.schema as string)}.holds(${context.data})`),
};
const isAnyOf = (value: Name, allowed: readonly string[]) =>
  allowed.length === 0 ? _`false` : or(...allowed.map((each) => _`${value} === ${each}`));
/**
 * `enum` and `onlyKeys` (for `additionalProperties: false`): Ajv's own keywords would bring the whole schema along as a
 * constant, 30 kB for an order.
 */
const ENUM: CodeKeywordDefinition = {
  keyword: "enum",
  schemaType: "array",
  error: { params: ({ schema }) => _`{allowedValues: ${stringify(schema)}}`, message: "" },
  code: (context: KeywordCxt) => context.pass(isAnyOf(context.data, context.schema as string[])),
};
const ONLY_KEYS: CodeKeywordDefinition = {
  keyword: "onlyKeys",
  type: "object",
  schemaType: "array",
  trackErrors: true,
  error: { params: ({ params }) => _`{additionalProperty: ${params.key}}`, message: "" },
  code(context: KeywordCxt) {
    const { gen, data, schema, errsCount } = context;
    gen.forIn("key", data, (key) =>
      gen.if(not(isAnyOf(key, schema as string[])), () => {
        context.setParams({ key });
        context.error();
        gen.break();
      }),
    );
    context.ok(_`${errsCount!} === ${new Name("errors")}`);
  },
};
/** `passesOver`: the keys of an object whose other keys are taken out, as zod does: a later version may add keys. */
const PASSES_OVER: CodeKeywordDefinition = {
  keyword: "passesOver",
  type: "object",
  schemaType: "array",
  code({ gen, data, schema }: KeywordCxt) {
    gen.forIn("key", data, (key) =>
      gen.if(not(isAnyOf(key, schema as string[])), () => gen.code(_`delete ${data}[${key}]`)),
    );
  },
};

type JsonSchema = z.core.JSONSchema.BaseSchema;
/** JSON Schema of a zod schema, with a tag for each tagged union and the keys of objects that pass others over. */
const jsonSchemaOf = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, {
    target: "draft-7",
    io: "input",
    reused: "ref",
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod as z.core.$ZodTypes["_zod"];
      if (def.type === "union" && "discriminator" in def) tagUnion(jsonSchema, String(def.discriminator));
      if (def.type === "object") {
        delete jsonSchema.additionalProperties;
        Object.assign(jsonSchema, { [def.catchall === undefined ? "passesOver" : "onlyKeys"]: Object.keys(def.shape) });
      }
    },
  });
/** Has the tag decide which alternative is tried, after a check that names every tag in the problem. */
const tagUnion = (jsonSchema: JsonSchema, tag: string): void => {
  const oneOf = (jsonSchema.oneOf ?? jsonSchema.anyOf) as JsonSchema[];
  delete jsonSchema.anyOf;
  delete jsonSchema.oneOf;
  const tags = oneOf.map(({ properties }) => (properties![tag] as JsonSchema).const);
  Object.assign(jsonSchema, {
    allOf: [
      { type: "object", properties: { [tag]: { enum: tags } }, required: [tag] },
      { type: "object", discriminator: { propertyName: tag }, oneOf, required: [tag] },
    ],
  });
};

const HEAD = `// @ts-nocheck
/** Written by \`npm run contract\` from \`agent/contract/schemas/\`: never changed by hand. */
`;
const textOf = (schemas: Readonly<Record<string, z.ZodType>>): string => {
  const ajv = new Ajv({
    ...{ discriminator: true, strictTypes: false, messages: false },
    // zod says the names of its own checks as formats, and counts UTF-16 units of a text, like JavaScript.
    ...{ validateFormats: false, unicode: false, logger: false },
    // A function for each shared part: a third smaller, and as quick.
    inlineRefs: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.removeKeyword("enum");
  for (const keyword of [CONDITION, ENUM, ONLY_KEYS, PASSES_OVER]) ajv.addKeyword(keyword);
  ajv.addSchema({ ...jsonSchemaOf(z.object(schemas)), $id: "contract" });
  const exported = Object.keys(schemas).map((name) => [name, `contract#/properties/${name}`]);
  const text = standalone
    .default(ajv, Object.fromEntries(exported))
    .replace('"use strict";', "")
    // Neither is read here; without both the checks are a third smaller, and a call makes no more than a path.
    .replaceAll(/schemaPath:"[^"]*",/g, "")
    .replaceAll(/,parentData(:[^,{}]+)?,parentDataProperty(:[^,{}]+)?,rootData(?=\})/g, "")
    .replaceAll(", parentData, parentDataProperty, rootData=data}={}", "}={}");
  const needs = text.includes("conditions.") ? 'import { conditions } from "../conditions.ts";\n' : "";
  return `${HEAD}${needs}\n${text.trim()}\n`;
};
/** The generated files, by name, as text. */
export const checkTexts = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(FILES).map(([file, schemas]) => [file, textOf(schemas)]));

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href)
  for (const [file, text] of checkTexts()) writeFileSync(join(CHECKS_FOLDER, file), text);
