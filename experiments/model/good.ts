/** What makes one look good. The one judge of a single sample, used by the server's probes and by the agents (DESIGN.md 4). */
import { compile as compilePath, type JSONValue } from "json-p3";
import type { Pattern } from "./match.ts";
import { compilePattern } from "./matching.ts";
import type { Comparison } from "./units.ts";

/** Inclusive bounds: `2xx` is {200, 299}, `"<500"` is {100, 499}, `200` is {200, 200}. */
export interface StatusRange {
  readonly least: number;
  readonly most: number;
}
/** Model form; plain JSON, since it is sent to agents. All keys are ANDed. */
export interface Criteria {
  readonly status?: readonly StatusRange[];
  /** Milliseconds from the intended send to the last byte. */
  readonly withinMs?: number;
  readonly value?: Comparison;
  readonly body?: Pattern;
  /** RFC 9535 JSON path → what its first node must be. */
  readonly json?: Readonly<Record<string, Pattern | Comparison | number | boolean | null>>;
  readonly headers?: Readonly<Record<string, Pattern>>;
  /** TCP: connected within so many milliseconds. */
  readonly connectMs?: number;
  /** TCP: ended by FIN from both sides, not by a reset or a timeout. */
  readonly end?: "clean";
  /** `process`: exit code. */
  readonly exit?: number;
}

/** One look at the system. A refused, reset or timed-out request is *seen* with a `failure`; `errored` means the prober could not look. */
export type Sample =
  | {
      readonly kind: "seen";
      readonly latencyMs: number;
      readonly status?: number;
      readonly value?: number;
      readonly body?: string;
      header?(name: string): string | undefined;
      readonly connectMs?: number;
      readonly end?: "clean" | "reset" | "timeout";
      readonly exit?: number;
      /** Why there was no proper answer: always bad. */
      readonly failure?: string;
    }
  | { readonly kind: "errored"; readonly why: string };
export type Seen = Extract<Sample, { kind: "seen" }>;

/** `why`: the first criterion that was missed, with the value seen; "" when good. */
export interface Judged {
  readonly good: boolean;
  readonly why: string;
}
/** null: met; else what was wrong. */
type Criterion = (sample: Seen) => string | null;

const GOOD: Judged = { good: true, why: "" };

/** Compiled once for many samples. Throws on a pattern or JSON path that does not compile. */
export const compileGood = (criteria: Criteria): ((sample: Seen) => Judged) => {
  // Cheap ones first; the body is parsed last, and once for all its paths.
  const all: Criterion[] = [
    ({ failure }) => failure ?? null,
    ...given(criteria.status, statusIn),
    ...given(criteria.exit, exitIs),
    ...given(criteria.end, endedCleanly),
    ...given(criteria.withinMs, answeredWithin),
    ...given(criteria.connectMs, connectedWithin),
    ...given(criteria.value, valueIs),
    ...given(criteria.headers, headersAre),
    ...given(criteria.body, bodyIs),
    ...given(criteria.json, jsonIs),
  ];
  return (sample) => {
    for (const missed of all) {
      const why = missed(sample);
      if (why !== null) return { good: false, why };
    }
    return GOOD;
  };
};

/** Whether one look is good, and if not, why. For many looks by the same criteria: `compileGood`. */
export const isGood = (sample: Seen, criteria: Criteria): Judged => compileGood(criteria)(sample);

const given = <T>(wanted: T | undefined, make: (wanted: T) => Criterion): readonly Criterion[] =>
  wanted === undefined ? [] : [make(wanted)];

const milliseconds = (ms: number) => `${Math.round(ms * 10) / 10} ms`;
const shown = (value: unknown) => {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
};

const statusIn =
  (ranges: readonly StatusRange[]): Criterion =>
  ({ status }) =>
    status !== undefined && ranges.some(({ least, most }) => status >= least && status <= most)
      ? null
      : `status ${status ?? "missing"}`;
const exitIs =
  (wanted: number): Criterion =>
  ({ exit }) =>
    exit === wanted ? null : `exit code ${exit ?? "missing"}, expected ${wanted}`;
const endedCleanly =
  (_: "clean"): Criterion =>
  ({ end }) =>
    end === "clean" ? null : `the connection ended by ${end ?? "nothing known"}`;
const answeredWithin =
  (withinMs: number): Criterion =>
  ({ latencyMs }) =>
    latencyMs <= withinMs ? null : `took ${milliseconds(latencyMs)}, over ${milliseconds(withinMs)}`;
const connectedWithin =
  (withinMs: number): Criterion =>
  ({ connectMs }) => {
    if (connectMs === undefined) return "was not connected";
    return connectMs <= withinMs ? null : `connected in ${milliseconds(connectMs)}, over ${milliseconds(withinMs)}`;
  };

const COMPARE: { readonly [O in Comparison["operator"]]: (a: number, b: number) => boolean } = {
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};
/** Like `compares` of units.ts, which agents cannot load: it brings zod. */
const holds = (value: unknown, { operator, number }: Comparison) =>
  typeof value === "number" && COMPARE[operator](value, number);
const valueIs =
  (wanted: Comparison): Criterion =>
  ({ value }) =>
    holds(value, wanted) ? null : `value ${value ?? "missing"}, expected ${wanted.operator} ${wanted.number}`;

const patternText = (pattern: Pattern) =>
  typeof pattern === "string" ? JSON.stringify(pattern) : "regex" in pattern ? `/${pattern.regex}/` : "absent";
const headersAre = (wanted: Readonly<Record<string, Pattern>>): Criterion => {
  const each = Object.entries(wanted).map(([name, pattern]) => ({ name, pattern, fits: compilePattern(pattern) }));
  return ({ header }) => {
    for (const { name, pattern, fits } of each) {
      const value = header?.(name.toLowerCase());
      if (!fits(value)) return `header ${name} is ${shown(value)}, expected ${patternText(pattern)}`;
    }
    return null;
  };
};
const bodyIs = (pattern: Pattern): Criterion => {
  const fits = compilePattern(pattern);
  return ({ body }) => (fits(body) ? null : `body is ${shown(body)}, expected ${patternText(pattern)}`);
};

type Wanted = NonNullable<Criteria["json"]>[string];
/** What a node must be: `found` is undefined where the path led nowhere. */
const nodeTest = (wanted: Wanted): ((found: JSONValue | undefined) => boolean) => {
  if (wanted === null || typeof wanted === "number" || typeof wanted === "boolean") return (found) => found === wanted;
  if (typeof wanted === "object" && "operator" in wanted) return (found) => holds(found, wanted);
  const fits = compilePattern(wanted);
  // A number or boolean is compared as it is written, so that `status: "7*"` can mean numbers too.
  return (found) =>
    found === undefined ? fits(undefined) : fits(typeof found === "string" ? found : (JSON.stringify(found) ?? ""));
};
const jsonIs = (wanted: Readonly<Record<string, Wanted>>): Criterion => {
  const each = Object.entries(wanted).map(([path, value]) => ({
    path,
    value,
    query: compilePath(path),
    fits: nodeTest(value),
  }));
  return ({ body }) => {
    let document: JSONValue;
    try {
      document = JSON.parse(body ?? "");
    } catch {
      return `body is not JSON: ${shown(body)}`;
    }
    for (const { path, value, query, fits } of each) {
      const found = query.query(document).values()[0];
      if (!fits(found)) return `${path} is ${shown(found)}, expected ${shown(value)}`;
    }
    return null;
  };
};
