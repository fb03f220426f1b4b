/** zod schemas as JSON Schema (draft 2020-12); each named schema is moved into the document's components. */
import { z } from "zod";
import { faultKinds } from "../../../experiments/model/faults/index.ts";
import { type FileKind, fileSchema, type JsonSchema } from "../../../experiments/model/form/json-schema.ts";

/**
 * Use of a schema. `answer`: open for keys that a later version adds. `request`: closed where the server is.
 * `parameter`: in the client's form, a number as a number, though the schema reads text.
 */
type SchemaUse = "answer" | "request" | "parameter";

const PREFIX = "#/components/schemas/";
const refTo = (name: string): JsonSchema => ({ $ref: PREFIX + name });
const isMap = (node: unknown): node is JsonSchema => typeof node === "object" && node !== null && !Array.isArray(node);
const capital = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const PARTS: Readonly<Record<string, string>> = { good: "Good", match: "Match", pattern: "Pattern" };
/** `latency` → `LatencyFault`, `http` → `HttpProbe`. */
const partName = (def: string): string =>
  PARTS[def] ?? `${capital(def)}${Object.hasOwn(faultKinds, def) ? "Fault" : "Probe"}`;
/**
 * Name that zod gives a self-referring schema: any JSON in files, which generators follow no further than this code
 * does.
 */
const isAnyJson = (name: string): boolean => /(^|\/)__schema\d+$/.test(name);

/** Keywords whose values are data, not schemas. */
const LITERAL: ReadonlySet<string> = new Set(["default", "enum", "const", "examples", "required"]);
/** Rewrites a pattern to syntax that the regular expressions of Python and Rust know, too. */
const portable = (pattern: string): string =>
  pattern
    .replaceAll(String.raw`\0`, String.raw`\u0000`)
    .replaceAll(String.raw`\p{Cc}`, String.raw`\u0000-\u001f\u007f-\u009f`);
/** Bounds that zod gives every whole number: true of requests, needless in answers. */
const SAFE = Number.MAX_SAFE_INTEGER;
const isNoise = (key: string, value: unknown, { format }: JsonSchema, place: SchemaUse): boolean =>
  key === "id" ||
  // Titles serve people who read a schema; by titles a generator would give two types the same name.
  key === "title" ||
  (place === "answer" && ((key === "minimum" && value === -SAFE) || (key === "maximum" && value === SAFE))) ||
  // The pattern of an instant repeats the format, and generators of data fail on both together.
  (key === "pattern" && format === "date-time") ||
  (key === "additionalProperties" && value === false && place === "answer") ||
  (key === "default" && place !== "parameter");
/**
 * A default in words. openapi-typescript takes a property with a default for required, and a client that starts a run
 * would have to name every such property.
 */
const defaultInWords = ({ default: value, description = "" }: JsonSchema): JsonSchema =>
  value === undefined || value === null || isMap(value)
    ? {}
    : { description: `${description} Default: \`${JSON.stringify(value)}\`.`.trimStart() };

/** Flattens nested choices into a single choice. */
const choicesIn = (schema: JsonSchema): readonly JsonSchema[] =>
  Array.isArray(schema.anyOf) ? schema.anyOf.flatMap(choicesIn) : [schema];

export class Components {
  readonly #schemas = new Map<string, JsonSchema>();

  /** Schemas by name, in alphabetical order. */
  get schemas(): Readonly<Record<string, JsonSchema>> {
    return Object.fromEntries([...this.#schemas].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }
  /** Schema at the place of use. `name`: for an object without a name; absent: the schema is written out. */
  take(schema: z.ZodType, place: SchemaUse, name?: string): JsonSchema {
    const io = place === "request" ? "input" : "output";
    // Wrapped as a property: a named schema is then referred to, even where the schema is the whole.
    const { $defs = {}, properties } = z.toJSONSchema(z.object({ it: schema }), { io, target: "draft-2020-12" });
    for (const [def, body] of Object.entries($defs)) this.#add(def, this.#schema(body, place));
    const found = this.#schema(properties!.it, place);
    if (name === undefined || found.type !== "object") return found;
    this.#add(name, found);
    return refTo(name);
  }
  /** Adds a schema that is no zod schema, by name. Returns the reference. */
  put(name: string, schema: JsonSchema): JsonSchema {
    this.#add(name, schema);
    return refTo(name);
  }
  /** Throws Error when the name already means another schema. */
  #add(name: string, schema: JsonSchema): void {
    const before = this.#schemas.get(name);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema))
      throw new Error(`two schemas of the API have the name ${name}`);
    this.#schemas.set(name, schema);
  }
  /**
   * Turns a choice between objects into a choice between named objects, each named after the first required key:
   * openapi-python-client cannot read nested objects in the objects of a choice.
   */
  #named(name: string, schema: JsonSchema): JsonSchema {
    if (!Array.isArray(schema.anyOf)) return schema;
    const anyOf = choicesIn(schema).map((one) => {
      const [key] = (one.required ?? []) as readonly string[];
      if (one.type !== "object" || key === undefined) return one;
      this.#add(name + capital(key), one);
      return refTo(name + capital(key));
    });
    return { ...schema, anyOf };
  }
  /** `nameOf`: component name of a definition beside the schema. */
  #schema(node: unknown, place: SchemaUse, nameOf = (def: string) => def): JsonSchema {
    // `true` and `false` are schemas as well.
    if (!isMap(node)) return node as JsonSchema;
    if (isAnyJson(String(node.$ref))) return node.description === undefined ? {} : { description: node.description };
    const { "x-file": file, ...rest } = node;
    if (typeof file === "string") {
      this.#file(file as FileKind);
      return { ...rest, ...refTo(file) };
    }
    const inside = (value: unknown): unknown =>
      Array.isArray(value) ? value.map((one) => this.#schema(one, place, nameOf)) : this.#schema(value, place, nameOf);
    const inPlace = (key: string, value: unknown): unknown => {
      if (key === "$ref") return PREFIX + nameOf(String(value).replace("#/$defs/", ""));
      if (key === "pattern" && typeof value === "string") return portable(value);
      if (LITERAL.has(key) || !(isMap(value) || Array.isArray(value))) return value;
      if (key !== "properties") return inside(value);
      return Object.fromEntries(Object.entries(value).map(([name, property]) => [name, inside(property)]));
    };
    const told = place === "request" ? { ...rest, ...defaultInWords(rest) } : rest;
    const kept = Object.entries(told).filter(([key, value]) => !isNoise(key, value, rest, place));
    return Object.fromEntries(kept.map(([key, value]) => [key, inPlace(key, value)]));
  }
  /** Adds the schema of a kind of file, and the schemas of the parts. */
  #file(kind: FileKind): void {
    if (this.#schemas.has(kind)) return;
    const { $schema: _, $defs = {}, ...schema } = fileSchema(kind);
    for (const [def, body] of Object.entries($defs as JsonSchema).filter(([def]) => !isAnyJson(def)))
      this.#add(partName(def), this.#named(partName(def), this.#schema(body, "request", partName)));
    this.#add(kind, this.#schema(schema, "request", partName));
  }
}
