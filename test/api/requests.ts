/**
 * Requests made from an OpenAPI document: mostly valid, often nearly valid, sometimes invalid. Seeded, so that a
 * request can be repeated.
 */

/** mulberry32 (Tommy Ettinger): 0 ≤ x < 1. */
export const dice = (seed: number) => {
  let state = seed >>> 0;
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
type Dice = ReturnType<typeof dice>;
const pick = <T>(roll: Dice, from: readonly T[]): T => from[Math.floor(roll() * from.length)]!;

const HOSTILE: readonly unknown[] = [
  ...[
    "",
    " ",
    "\u0000",
    "\ud800",
    "é",
    "🙂",
    "../../../etc/passwd",
    "%00",
    "'; drop table runs; --",
    "<script>",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a server must not expand it
    "${HOME}",
  ],
  ...["__proto__", "constructor", "x".repeat(5_000), "-0", "1e999", "NaN", "\u001b[2J", "*", '"', '"*"', "\r\nx: y"],
  ...[0, -1, 1.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, null, true, [], {}, [[[[[[[[]]]]]]]], { __proto__: null, a: 1 }],
];

export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}
interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required?: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
/** Target of a reference in the document; any other node is returned unchanged. */
const resolve = <T extends object>(document: OpenApi, node: T): T => {
  const { $ref } = node as { readonly $ref?: string };
  const [, , kind, name] = $ref?.split("/") ?? [];
  return kind === undefined ? node : (document.components[kind]![name!] as T);
};
/** Existing values, so that many requests find an object. */
export interface Known {
  /** By the name of the parameter or property. */
  readonly values: Readonly<Record<string, readonly unknown[]>>;
  /** Whole requests that fit, by operation. `path`: where the operation's own has parameters. */
  readonly examples: Readonly<Record<string, readonly { readonly path?: string; readonly body: unknown }[]>>;
  /** Expensive operations, which come a tenth as often. */
  readonly seldom: readonly string[];
}

export interface Generated {
  /** `GET /api/v1/runs/{id}`: as in the document. */
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-";
const text = (roll: Dice, { minLength = 1, format }: Schema): string => {
  if (format === "date-time") return new Date(Math.floor(roll() * 4e12)).toISOString();
  const length = minLength + Math.floor(roll() * 12);
  return `a${Array.from({ length }, () => pick(roll, [...LETTERS])).join("")}z`;
};
const number = (roll: Dice, { minimum = -1_000, maximum = minimum + 2_000 }: Schema, isWhole: boolean): number => {
  const value = minimum + roll() * (Math.min(maximum, minimum + 10_000) - minimum);
  return isWhole ? Math.round(value) : value;
};

class Generator {
  readonly #roll: Dice;
  readonly #known: Known;
  /** Share of deliberate deviations from the document. */
  readonly #mischief: number;
  readonly #document: OpenApi;
  constructor(document: OpenApi, roll: Dice, known: Known, mischief: number) {
    this.#document = document;
    this.#roll = roll;
    this.#known = known;
    this.#mischief = mischief;
  }
  value(given: Schema, name: string, depth = 0): unknown {
    const roll = this.#roll;
    const schema = resolve(this.#document, given);
    if (roll() < this.#mischief) return pick(roll, HOSTILE);
    const { values } = this.#known;
    const key = name.toLowerCase();
    const known = Object.hasOwn(values, key) ? values[key]! : [];
    if (known.length > 0 && roll() < 0.7) return pick(roll, known);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return pick(roll, schema.enum);
    const branches = schema.anyOf ?? (schema.properties === undefined ? (schema.oneOf ?? schema.allOf) : undefined);
    if (branches !== undefined) return this.value(pick(roll, branches), name, depth);
    const type =
      typeof schema.type === "string" ? schema.type : schema.type === undefined ? null : pick(roll, schema.type);
    switch (type) {
      case "object":
        return this.#object(schema, depth);
      case "array":
        return Array.from({ length: Math.floor(roll() * 4) }, () => this.value(schema.items ?? {}, name, depth + 1));
      case "string":
        return text(roll, schema);
      case "integer":
      case "number":
        return number(roll, schema, type === "integer");
      case "boolean":
        return roll() < 0.5;
      case "null":
        return null;
      default:
        return depth > 3 ? null : pick(roll, [...HOSTILE, this.#object({}, depth)]);
    }
  }
  #object({ properties = {}, required = [], additionalProperties }: Schema, depth: number): unknown {
    const roll = this.#roll;
    const entries = Object.entries(properties)
      .filter(([key]) => (required.includes(key) ? roll() > this.#mischief / 4 : roll() < 0.4))
      .map(([key, schema]) => [key, this.value(schema, key, depth + 1)] as const);
    const isFree = typeof additionalProperties === "object" || (additionalProperties !== false && roll() < 0.3);
    const extra = isFree || roll() < this.#mischief / 2 ? 1 + Math.floor(roll() * 2) : 0;
    const schema = typeof additionalProperties === "object" ? additionalProperties : {};
    const more = Array.from({ length: extra }, () => [text(roll, {}), this.value(schema, "", depth + 1)] as const);
    return Object.fromEntries([...entries, ...more]);
  }
}

const wordOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
/** Characters that node's client would not send are no part of a request to a server. */
const asHeader = (value: unknown): string => wordOf(value).replace(/[^\t\x20-\x7e\x80-\xff]/g, "?");
/** Half of a pair of UTF-16, which no URL can carry. */
const LONE = /\p{Surrogate}/gu;
const encode = (value: string): string => encodeURIComponent(value.replace(LONE, "\ufffd")).replace(/^\.+$/, "%2e");

const operationsOf = ({ paths }: OpenApi) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );

/** Request line and headers of a request, without the body. */
const addressOf = (document: OpenApi, roll: Dice, generate: Generator, path: string, operation: Operation) => {
  const given = (operation.parameters ?? []).map((parameter) => resolve(document, parameter));
  const parameters = given.map((parameter) => ({
    ...parameter,
    value: wordOf(generate.value(parameter.schema, parameter.name)),
  }));
  const inQuery = parameters.filter((parameter) => parameter.in === "query" && (parameter.required || roll() < 0.4));
  const query = inQuery.map(({ name, value }) => `${encode(name)}=${encode(value)}`);
  if (roll() < 0.03) query.push(`${encode(text(roll, {}))}=${encode(wordOf(pick(roll, HOSTILE)))}`);
  const inPath = parameters.filter((parameter) => parameter.in === "path");
  const headers = parameters.filter((parameter) => parameter.in === "header" && roll() < 0.3);
  return {
    path: inPath.reduce((url, { name, value }) => url.replace(`{${name}}`, encode(value)), path),
    query: query.length === 0 ? "" : `?${query.join("&")}`,
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, asHeader(value)])),
  };
};

/** Operations in turn, so that each comes as often as intended. */
export function* requestsFrom(document: OpenApi, seed: number, known: Known): globalThis.Generator<Generated, never> {
  const roll = dice(seed);
  const operations = operationsOf(document);
  for (let i = 0; ; i++) {
    const { path: pattern, method, operation } = operations[i % operations.length]!;
    const name = `${method} ${pattern}`;
    if (known.seldom.includes(name) && roll() > 0.1) continue;
    const generate = new Generator(document, roll, known, pick(roll, [0, 0, 0.02, 0.1, 0.4]));
    const { path, query, headers } = addressOf(document, roll, generate, pattern, operation);
    const schema = operation.requestBody?.content["application/json"]?.schema;
    if (schema === undefined || roll() < 0.02) {
      yield { operation: name, method, path: path + query, headers, body: null };
      continue;
    }
    const examples = known.examples[name] ?? [];
    const example = examples.length > 0 && roll() < 0.5 ? pick(roll, examples) : { body: generate.value(schema, "") };
    const type = { "content-type": roll() < 0.01 ? "text/plain" : "application/json" };
    const body = roll() < 0.01 ? "{" : JSON.stringify(example.body);
    yield {
      operation: name,
      method,
      path: ("path" in example ? example.path : path) + query,
      headers: { ...headers, ...type },
      body,
    };
  }
}
