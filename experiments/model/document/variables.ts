// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how variables are written in files
/** `${NAME}` and `${NAME:-default}` in the values of a file, replaced by the CLI before anything is submitted (DESIGN.md 4). */

import { REDACTED, redact } from "../secrets/redact.ts";
import { type Document, kindOf } from "./document.ts";
import { type DocumentPath, type FileIssue, formatPath, type Issue, quote } from "./issue.ts";
import { fieldOf } from "./nodes.ts";
import { nearest } from "./suggestion.ts";

export type Environment = Readonly<Record<string, string | undefined>>;
export interface Substitution<V, P> {
  readonly value: V;
  /** Names that were replaced from the environment. */
  readonly used: readonly string[];
  /**
   * Replaced values that must appear in no record: all but the public values. Defaults stand in the file and are not
   * secret.
   */
  readonly secrets: readonly string[];
  readonly problems: readonly P[];
  /** Issues that a variable is not set; the other issues hold in any environment. */
  readonly unset: ReadonlySet<P>;
  /** Names of variables without a value and without a default, each once. */
  readonly unsetNames: readonly string[];
}
interface Options {
  /** Names of variables whose values may be recorded. */
  readonly public?: readonly string[];
  /** True: an unset variable stays as written, including defaults and `$${`, for a caller that knows the rest. */
  readonly partial?: boolean;
}

/** Annotation of an experiment that names variables whose values are not secret, separated by commas. */
export const PUBLIC = "squall.dev/public";
const VARIABLE = /(\$)?\$\{(?:([A-Za-z_]\w*)(?::-([^}]*))?\})?/g;
/**
 * Types that an unquoted value consisting of a single variable may take besides text: a boolean or a number that loses
 * no digits.
 */
const TYPED = /^(?:true|false|-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?)$/;

interface Pass {
  readonly environment: Environment;
  readonly used: Set<string>;
  readonly issues: Issue[];
  readonly unset: Set<Issue>;
  readonly unsetNames: Set<string>;
  readonly partial: boolean;
  isPlain(path: DocumentPath): boolean;
}

const missing = (name: string, environment: Environment, path: DocumentPath): Issue => {
  const suggestion = nearest(name, Object.keys(environment));
  const issue = {
    path,
    message: `the variable ${name} is not set; give it with --set ${name}=VALUE or a default, \${${name}:-VALUE}`,
  };
  return suggestion === undefined ? issue : { ...issue, suggestion };
};

/** Most characters of a variable that are examined: a text may hold a hundred thousand unclosed variables. */
const LONGEST_FORM = 200;
/** `${DELAY:3s}`: the shell's other forms, and names that are none. */
const malformed = (text: string, at: number, path: DocumentPath): Issue => {
  const [all = "${", name, otherwise] =
    /^\$\{([A-Za-z_]\w*)?(?::?[-=?+]?([^}]*))?\}/.exec(text.slice(at, at + LONGEST_FORM)) ?? [];
  const told = `${quote(all)} begins no variable; write \`$\${\` for a plain \`\${\``;
  if (name === undefined) return { path, message: `${told}, or a name of letters, digits and _` };
  return { path, message: told, suggestion: `\${${name}:-${otherwise ?? ""}}` };
};

const inText = (text: string, path: DocumentPath, pass: Pass): unknown => {
  if (!text.includes("${")) return text;
  const { environment, used, issues, unset, partial } = pass;
  const replaced = text.replace(VARIABLE, (all, escaped?: string, name?: string, otherwise?: string, at = 0) => {
    if (escaped !== undefined) return partial ? all : all.slice(1);
    if (name === undefined) {
      issues.push(malformed(text, at, path));
      return all;
    }
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    // Shell rule: with `:-` an empty value counts as unset.
    if (value !== undefined && (value !== "" || otherwise === undefined)) {
      used.add(name);
      return partial ? value.replaceAll("${", () => "$${") : value;
    }
    if (partial) return all;
    if (otherwise === undefined) {
      const issue = missing(name, environment, path);
      issues.push(issue);
      unset.add(issue);
      pass.unsetNames.add(name);
    }
    return otherwise ?? all;
  });
  const alone = /^\$\{[^}]*\}$/.test(text);
  return alone && TYPED.test(replaced) && pass.isPlain(path) ? (JSON.parse(replaced) as unknown) : replaced;
};

const inValue = (value: unknown, path: DocumentPath, pass: Pass): unknown => {
  if (typeof value === "string") return inText(value, path, pass);
  if (Array.isArray(value)) return value.map((item, i) => inValue(item, [...path, i], pass));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inValue(item, [...path, key], pass)]));
};

/** Values this short are not treated as secrets: redacting short values would redact half of every record. */
const SHORTEST_SECRET = 4;
const secretsOf = (used: ReadonlySet<string>, environment: Environment, open: readonly string[]): string[] =>
  [...used]
    .filter((name) => !open.includes(name))
    .map((name) => environment[name] ?? "")
    .filter((value) => value.length >= SHORTEST_SECRET);

const run = (
  value: unknown,
  environment: Environment,
  { public: open = [], partial = false }: Options,
  isPlain: Pass["isPlain"],
) => {
  const sets = { used: new Set<string>(), unset: new Set<Issue>(), unsetNames: new Set<string>() };
  const pass: Pass = { ...sets, environment, issues: [], partial, isPlain };
  const replaced = inValue(value, [], pass);
  const secrets = [...new Set(secretsOf(pass.used, environment, open))];
  return {
    value: replaced,
    used: [...pass.used],
    secrets,
    problems: pass.issues,
    unset: pass.unset,
    unsetNames: [...pass.unsetNames],
  };
};

/** In all text of a value; never in keys. `$${` is a plain `${`. */
export const substitute = (
  value: unknown,
  environment: Environment,
  options: Options = {},
): Substitution<unknown, Issue> => run(value, environment, options, () => false);

const holds = (value: unknown, secrets: readonly string[]): boolean => {
  const text = JSON.stringify(value) ?? "";
  return secrets.some((secret) => text.includes(JSON.stringify(secret).slice(1, -1)));
};
/** A message may quote only a part of the value, and then the secrets inside would not be found. */
const GOT = /, got .*$/s;
const CUT = /"(?:[^"\\]|\\.)*…"/gs;
/**
 * The same document at the same places with other values. Issues of this document are for terminals and logs, and
 * contain no secret.
 */
const filled = (document: Document, value: unknown, secrets: readonly string[]): Document => ({
  ...document,
  kind: kindOf(value),
  value,
  locate: (issue) => {
    const there = issue.path.reduce<unknown>((from, part) => fieldOf(from, String(part)), value);
    if (!holds(there, secrets)) return redact(document.locate(issue), secrets);
    const message = issue.message.replace(GOT, ", got the value of a variable").replace(CUT, REDACTED);
    return redact(document.locate({ ...issue, message }), secrets);
  },
});

/**
 * Replaces the variables of a document: places are kept, and the annotation `squall.dev/public: A,B` names variables
 * that are not secret. An unquoted value that consists of a single variable may become a number or a boolean; numbers
 * are never redacted, so secrets belong in quotes.
 */
export const substituteDocument = (
  document: Document,
  environment: Environment,
  options: Options = {},
): Substitution<Document, FileIssue> => {
  const listed = fieldOf(fieldOf(fieldOf(document.value, "metadata"), "annotations"), PUBLIC);
  const names = typeof listed === "string" ? listed.split(",").map((name) => name.trim()) : [];
  const open = [...(options.public ?? []), ...names];
  const result = run(document.value, environment, { ...options, public: open }, (path) => document.isPlain(path));
  const located = new Map(result.problems.map((issue) => [issue, document.locate(issue)]));
  return {
    ...result,
    value: filled(document, result.value, result.secrets),
    problems: [...located.values()],
    unset: new Set([...result.unset].map((issue) => located.get(issue)!)),
  };
};

/**
 * A document read without an environment: every default put in, and the malformed variables, which are invalid in every
 * environment.
 */
export const withDefaults = (document: Document) => {
  const { value: filled, problems, unset } = substituteDocument(document, {});
  const open = new Set(problems.map(({ path }) => formatPath(path)));
  return {
    filled,
    malformed: problems.filter((problem) => !unset.has(problem)),
    /** True for an issue of a value that a variable will replace; the key of the value stays the same. */
    isOpen: ({ path, at }: Issue): boolean => at !== "key" && open.has(formatPath(path)),
  };
};
