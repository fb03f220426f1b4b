/** Issues that a schema finds, in plain sentences: none of zod's own wording reaches a user. */
import type { z } from "zod";
import { type DocumentPath, formatPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { nearest } from "../document/suggestion.ts";
import { exampleAt } from "./examples.ts";
import { keysAt, placeOf, titlesAt } from "./schema-walk.ts";
import { meantBy, otherWord, type Synonym } from "./synonyms.ts";
import { unitTypo } from "./unit-typos.ts";

/** zod issue as read here; the present fields depend on the code. */
interface Found {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  /** Empty where no schema gave a message. */
  readonly message: string;
  readonly input?: unknown;
  readonly expected?: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly errors?: readonly (readonly Found[])[];
  readonly issues?: readonly Found[];
  readonly origin?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly format?: string;
  readonly prefix?: string;
}
interface Context {
  readonly schema: z.ZodType;
  readonly root: unknown;
}
/** Value in the file at the path; a check that runs after decoding sees another value. */
const writtenAt = (root: unknown, path: DocumentPath): unknown =>
  path.reduce<unknown>((value, part) => fieldOf(value, String(part)), root);

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map",
  record: "a map",
  null: "null",
};
const isMap = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
const last = (path: DocumentPath) => String(path.at(-1) ?? "the document");

const list = (words: readonly string[], and: "or" | "and" = "or"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${and} ${words.at(-1)}`;

/** `expected a map such as { delay: 2s }`: maps and lists have an example each. */
const typeSaid = (expected: string, place: string, input: unknown): string => {
  const type = TYPES[expected] ?? expected;
  const isShown =
    ["object", "record", "array"].includes(expected) || (expected === "string" && typeof input === "object");
  const example = isShown ? exampleAt(place) : undefined;
  return example === undefined ? type : `${type} such as ${example}`;
};
const wrongType = ({ expected = "", input, message }: Found, place: string): string => {
  if (message !== "") return message;
  const inQuotes = expected === "string" && typeof input !== "object" ? "; put it in quotes" : "";
  const asEntries = expected === "array" && isMap(input) ? '; each entry of a list begins with "- "' : "";
  return `expected ${typeSaid(expected, place, input)}, got ${quote(input)}${inQuotes}${asEntries}`;
};

const tooFew = ({ origin, minimum = 0 }: Found): string => {
  if (origin === "array")
    return minimum === 1 ? "expected one entry at least, got none" : `expected ${minimum} entries at least`;
  if (origin === "string") return minimum === 1 ? "expected text, got none" : `expected ${minimum} characters at least`;
  return `expected ${minimum} or more`;
};
const tooMany = ({ origin, maximum = 0 }: Found): string => {
  if (origin === "array") return `expected ${maximum} entries at most`;
  return origin === "string" ? `expected ${maximum} characters at most` : `expected ${maximum} or less`;
};

/** A user with so many wrong keys in a map has another file in hand; each search for a similar word takes time. */
const MOST_UNKNOWN = 50;
const unknownKeys = ({ keys = [] }: Found, path: DocumentPath, { schema }: Context): Issue[] => {
  const known = keysAt(schema, path);
  const place = placeOf(schema, path);
  return keys.slice(0, MOST_UNKNOWN).map((key) => {
    const issue = { path: [...path, key], at: "key" } as const;
    // The key belongs to another branch of a union.
    if (known.includes(key)) return { ...issue, message: `\`${key}\` does not go with the other keys here` };
    const meant = meantBy(key, place) ?? nearlyKnown(key, known) ?? atOtherLevel(key, path, schema);
    return { ...issue, ...(meant ?? { message: `unknown key ${quote(key)}; known here: ${known.join(", ")}` }) };
  });
};
const nearlyKnown = (key: string, known: readonly string[]): Synonym | undefined => {
  const [, word = "", rest = ""] = /^([\w-]+):\s*(.*)$/s.exec(key) ?? [];
  if (known.includes(word))
    return { message: `unknown key ${quote(key)}: a space is missing behind the colon, \`${word}: ${rest}\`` };
  const suggestion = nearest(key, known);
  return suggestion === undefined ? undefined : { message: `unknown key ${quote(key)}`, suggestion };
};
/** Issue for a key that an enclosing map has, or a map directly below: indented too far, or not far enough. */
const atOtherLevel = (key: string, path: DocumentPath, schema: z.ZodType): Synonym | undefined => {
  for (let depth = path.length - 1; depth > 0; depth--) {
    const around = path.slice(0, depth);
    if (!keysAt(schema, around).includes(key)) continue;
    return {
      message: `unknown key ${quote(key)}: it belongs beside \`${last(path.slice(0, depth + 1))}\`, not below it`,
    };
  }
  const below = keysAt(schema, path).filter((each) => keysAt(schema, [...path, each]).includes(key));
  if (below.length !== 1) return undefined;
  return { message: `unknown key ${quote(key)}: it belongs below \`${below[0]}\`` };
};

const wrongValue = ({ values = [], input, message }: Found, path: DocumentPath): Issue => {
  const words = values.map(String);
  if (message !== "") return { path, message };
  // A map in the file may have a key `toString` whose value is no function.
  const suggestion = typeof input === "object" ? undefined : nearest(String(input), words);
  const said = { path, message: `expected ${list(words)}, got ${quote(input)}` };
  return suggestion === undefined ? said : { ...said, suggestion };
};

/** True: a branch of a union does not accept this type of value at all. */
const foreign = (branch: readonly Found[]) =>
  branch.some(({ code, path, errors = [] }) => {
    if (path.length > 0) return false;
    return code === "invalid_type" || code === "invalid_value" || (code === "invalid_union" && errors.every(foreign));
  });
const ABSENT = ["invalid_type", "invalid_value", "invalid_union"];
const absent = ({ code, input }: Found) => input === undefined && ABSENT.includes(code);
const slips = (branch: readonly Found[]) =>
  branch.reduce((sum, found) => sum + (found.keys?.length ?? 0) + (absent(found) ? 1 : 0), 0);
/** The branch that was probably meant: of the right type, with the fewest keys too many or too few. */
const meant = (branches: readonly (readonly Found[])[], decided: boolean): readonly Found[] | undefined => {
  const [first, second] = branches
    .filter((branch) => !foreign(branch))
    .toSorted((a, b) => slips(a) - slips(b) || a.length - b.length);
  // Empty maps lack as much of a branch as of any other.
  const open = first?.every(absent) && second?.every(absent) && slips(first) === slips(second);
  return open && !decided ? undefined : first;
};

/** Length is checked even for a value of the wrong type; then only the type matters. */
const causes = (all: readonly Found[]): readonly Found[] => {
  const placed = (found: Found) => JSON.stringify(found.path);
  const mistyped = new Set(all.filter(({ code }) => code === "invalid_type").map(placed));
  return all.filter((found) => found.code === "invalid_type" || !mistyped.has(placed(found)));
};

const union = (found: Found, path: DocumentPath, context: Context): Issue[] => {
  const branch = meant(found.errors ?? [], found.message === "");
  if (branch !== undefined) return causes(branch).flatMap((each) => told(each, path, context));
  const suggestion = typeof found.input === "string" ? nearest(found.input, choicesOf(found)) : undefined;
  const hint = suggestion === undefined ? {} : { suggestion };
  if (found.message !== "") return [{ path, message: `${found.message}, got ${quote(found.input)}`, ...hint }];
  const place = placeOf(context.schema, path);
  const types = (found.errors ?? [])
    .flat()
    .flatMap(({ expected }) => (expected === undefined ? [] : typeSaid(expected, place, found.input)));
  return [{ path, message: `expected ${list([...new Set(types)])}, got ${quote(found.input)}`, ...hint }];
};
/** The words that any branch of a union would take. */
const choicesOf = ({ errors = [] }: Found): readonly string[] =>
  errors
    .flat()
    .flatMap((each) => [...(each.path.length === 0 ? (each.values ?? []).map(String) : []), ...choicesOf(each)]);

/** "expected …" of a schema, with the value that was given instead. */
const withInput = (message: string, input: unknown): string =>
  message.startsWith("expected ") && !message.includes(", got ") ? `${message}, got ${quote(input)}` : message;

/** Message for a missing key, with an example such as `delay: 2s`. */
const missing = (path: DocumentPath, { schema }: Context): string => {
  const example = exampleAt(placeOf(schema, path));
  const shown = example === undefined ? "" : `, such as \`${last(path)}: ${example}\``;
  return `missing \`${last(path)}\`${shown}`;
};
/**
 * Issues with additions that a user needs beside the schema's words: no `got null` where no value is written, and the
 * intended value where the given value nearly has a unit's form.
 */
const told = (found: Found, base: DocumentPath, context: Context): Issue[] =>
  toldOf(found, base, context).map((issue) => {
    const written = writtenAt(context.root, issue.path);
    if (written === null && issue.message.startsWith("expected "))
      return { ...issue, message: `nothing is written here: ${issue.message.replace(/, got null$/, "")}` };
    if (issue.suggestion !== undefined || issue.at === "key" || !issue.message.startsWith("expected ")) return issue;
    const titles = titlesAt(context.schema, issue.path);
    const isQuotedNumber = typeof written === "string" && /^\d+$/.test(written) && /number|status/.test(issue.message);
    const suggestion =
      (isQuotedNumber ? written : undefined) ??
      unitTypo(titles, written, last(issue.path)) ??
      otherWord(written, placeOf(context.schema, issue.path), titles);
    return suggestion === undefined ? issue : { ...issue, suggestion };
  });
const toldOf = (found: Found, base: DocumentPath, context: Context): Issue[] => {
  const path = [...base, ...found.path] as DocumentPath;
  const { code, message } = found;
  if (absent(found)) return [{ path, message: path.length === 0 ? "holds nothing" : missing(path, context) }];
  if (code === "unrecognized_keys") return unknownKeys(found, path, context);
  if (code === "invalid_union") return union(found, path, context);
  if (code === "invalid_value") return [wrongValue(found, path)];
  if (code === "invalid_key") {
    const said = found.issues?.[0]?.message || "expected a key that is not empty";
    const issue = { path, at: "key", message: withInput(said, path.at(-1)) } as const;
    const suggestion =
      /^expected a JSON path/.test(said) && /^[\w.]+$/.test(last(path))
        ? `$.${last(path)}`
        : /^expected a name/.test(said)
          ? unitTypo(["DNS label"], path.at(-1), "")
          : undefined;
    return [suggestion === undefined ? issue : { ...issue, suggestion }];
  }
  const input = writtenAt(context.root, path);
  if (code === "invalid_type")
    return [{ path, message: withInput(wrongType(found, placeOf(context.schema, path)), input) }];
  const plain: Readonly<Record<string, () => string>> = {
    too_small: () => tooFew(found),
    too_big: () => tooMany(found),
    invalid_format: () =>
      found.prefix === undefined ? "expected another form" : `expected text that begins with "${found.prefix}"`,
  };
  const said = message || (plain[code]?.() ?? "expected something else");
  // Requirements on a map as a whole are stated without the map.
  return [{ path, message: isMap(input) ? said : withInput(said, input) }];
};

/** A key with a typing error is also a missing key; to say so would only confuse. */
const withoutEchoes = (issues: readonly Issue[]): Issue[] => {
  const meant = new Set(
    issues.flatMap(({ path, suggestion }) =>
      suggestion === undefined ? [] : [formatPath([...path.slice(0, -1), suggestion])],
    ),
  );
  // Maps that lack a requirement as a whole, while an unknown key is probably the missing key.
  const isUnknown = ({ at, message }: Issue) => at === "key" && message.startsWith("unknown key ");
  const mapsOf = (wrong: readonly Issue[]) => new Set(wrong.map(({ path }) => formatPath(path.slice(0, -1))));
  const mended = mapsOf(issues.filter(isUnknown));
  // The message on an unknown key may name any key as the replacement.
  const rewritten = mapsOf(issues.filter((issue) => isUnknown(issue) && /^unknown key "[^"]*": /.test(issue.message)));
  const kept = issues.filter(
    ({ path, at, message }) =>
      !(
        message.startsWith("missing ") &&
        (meant.has(formatPath(path)) || rewritten.has(formatPath(path.slice(0, -1))))
      ) && !(/^(?:names|name|give) /.test(message) && at !== "key" && mended.has(formatPath(path))),
  );
  // A value may fail two checks that say the same.
  return [...new Map(kept.map((issue) => [`${formatPath(issue.path)} ${issue.message}`, issue])).values()];
};

/** Limit, since no user reads more, and wording each issue takes time. */
const MOST_FOUND = 1_000;

export type SchemaResult<T> = { readonly data: T } | { readonly issues: readonly Issue[] };

/** Reads a value by a schema. */
export const checkSchema = <S extends z.ZodType>(schema: S, value: unknown): SchemaResult<z.output<S>> => {
  // An empty message marks errors for which no schema of Squall's has words.
  // Compiled parsers pay only when run often; a file is read once.
  const read = schema.safeParse(value, { reportInput: true, error: () => "", jitless: true });
  if (read.success) return { data: read.data };
  const context = { schema, root: value };
  const found = (read.error.issues as unknown as Found[]).slice(0, MOST_FOUND);
  return { issues: withoutEchoes(causes(found).flatMap((each) => told(each, [], context))) };
};
