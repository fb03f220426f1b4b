/** Sentence for a message that the generated checks refuse: where, what was expected, and what came. */
import { type ConditionName, conditions } from "./conditions.ts";
import { FORMS } from "./forms.ts";

/** Problem as the generated checks report it (a part of Ajv's `ErrorObject`). */
interface CheckError {
  /** JSON Pointer (RFC 6901) of the refused value, or of the object that has a refused key. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
}
/** A generated check: true for a value that fits; otherwise the problems of the first refused place are in `errors`. */
export interface Check {
  (value: unknown): boolean;
  errors?: readonly CheckError[] | null;
}

const LONGEST_SHOWN = 60;
/**
 * Objects are named, not written out: a hostile object may be too deep to write. A long text is shown by length alone:
 * redaction takes a secret out by the whole value, and would miss a part of the secret.
 */
const shown = (value: unknown) => {
  if (typeof value === "object" && value !== null)
    return Array.isArray(value) ? `a list of ${value.length}` : "an object";
  if (typeof value === "string" && value.length > LONGEST_SHOWN) return `a text of ${value.length} characters`;
  return JSON.stringify(value) ?? "nothing";
};

const TYPES: Readonly<Record<string, string>> = {
  ...{ string: "text", integer: "a whole number", number: "a number", boolean: "a boolean" },
  ...{ object: "an object", array: "a list", null: "null" },
};
/** Expectation of each keyword that the schemas use. A keyword without a row only sums up the problems of its parts. */
const EXPECTED: Readonly<Record<string, (params: CheckError["params"]) => string>> = {
  type: ({ type }) => TYPES[type as string] ?? String(type),
  const: ({ allowedValue }) => JSON.stringify(allowedValue),
  enum: ({ allowedValues }) => `one of ${(allowedValues as readonly string[]).join(", ")}`,
  minimum: ({ limit }) => `a number of ${limit} at least`,
  maximum: ({ limit }) => `a number of ${limit} at most`,
  exclusiveMinimum: ({ limit }) => `a number above ${limit}`,
  minLength: ({ limit }) => `text of ${limit} characters at least`,
  maxLength: ({ limit }) => `text of ${limit} characters at most`,
  minItems: ({ limit }) => `a list of ${limit} at least`,
  maxItems: ({ limit }) => `a list of ${limit} at most`,
  pattern: ({ pattern }) => FORMS.get(pattern) ?? `text of the form ${pattern}`,
  required: () => "a value",
};

const decodeStep = (step: string) => step.replaceAll("~1", "/").replaceAll("~0", "~");
/** Path of a value, as in `apply.faults[2].share.by`, and the value. A wrong tag is named alone: the message has no name. */
const locate = (root: string, message: unknown, pointer: string, key: unknown) => {
  let [at, value, depth] = [pointer === "/type" ? "" : root, message, 0];
  const steps = pointer.split("/").slice(1).map(decodeStep);
  for (const step of key === undefined ? steps : [...steps, String(key)]) {
    at += Array.isArray(value) ? `[${step}]` : at === "" ? step : `.${step}`;
    const holder = Object(value) as Record<string, unknown>;
    value = Object.hasOwn(holder, step) ? holder[step] : undefined;
    depth++;
  }
  return { at, value, depth };
};

interface Finding {
  readonly at: string;
  /**
   * How far the value fits the alternative of a union that this finding is from: the depth of the place; more for an
   * unknown key, which is looked for last, and most for a condition, for which all else must fit.
   */
  readonly fit: number;
  /** Whole problem, or the expectation and the value that came instead. */
  readonly problem: string | { readonly expected: string; readonly got: string };
}
/** `key`: the key that is refused, where the error is from the check of an object's keys. */
const findingOf = (root: string, message: unknown, error: CheckError, key: unknown): Finding[] => {
  const { keyword, params, instancePath } = error;
  const { at, value, depth } = locate(root, message, instancePath, params.missingProperty ?? params.additionalProperty);
  if (keyword === "onlyKeys") return [{ at, fit: depth + 0.5, problem: "not known" }];
  if (keyword === "condition")
    return [{ at, fit: Number.POSITIVE_INFINITY, problem: conditions[params.condition as ConditionName].problem }];
  const expected = EXPECTED[keyword]?.(params);
  if (expected === undefined) return [];
  if (key === undefined) return [{ at, fit: depth, problem: { expected, got: shown(value) } }];
  return [{ at: `${at} key`, fit: depth + 1, problem: { expected, got: shown(key) } }];
};
const findingsOf = (root: string, message: unknown, errors: readonly CheckError[]): readonly Finding[] => {
  // The errors of a refused key come before the error that names the key.
  const named = errors.findIndex(({ keyword }) => keyword === "propertyNames");
  const { instancePath, params } = errors[named] ?? { instancePath: null, params: {} };
  return errors.flatMap((error, i) =>
    findingOf(root, message, error, i < named && error.instancePath === instancePath ? params.propertyName : undefined),
  );
};

/**
 * Checks a value; null: the value fits. Of the alternatives of a union, the problem is told of that which fits best.
 * `root`: the name that the sentence gives the value, such as `apply`.
 */
export const problemOf = (check: Check, value: unknown, root: string): string | null => {
  if (check(value)) return null;
  const findings = findingsOf(root, value, check.errors ?? []);
  const best = Math.max(...findings.map(({ fit }) => fit));
  const first = findings.find(({ fit }) => fit === best);
  if (first === undefined) return `${root}: not valid`;
  const { at, problem } = first;
  if (typeof problem === "string") return `${at}: ${problem}`;
  const here = findings.flatMap((other) =>
    other.at === at && typeof other.problem === "object" ? [other.problem.expected] : [],
  );
  return `${at}: expected ${[...new Set(here)].join(" or ")}, got ${problem.got}`;
};
