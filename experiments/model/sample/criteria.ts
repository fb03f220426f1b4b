/**
 * The judge of a single sample except for the body: for the server's probes and for the agents (DESIGN.md 4). Bodies
 * are judged by `body.ts`, whose JSON paths agents never load.
 */

import { compileHeader } from "../match/compile.ts";
import type { Pattern } from "../match/match.ts";
import { type Comparison, compares } from "../units/comparison.ts";
import { type Capture, patternText, shown } from "./capture.ts";
import type { AnsweredSample } from "./sample.ts";

/** Inclusive bounds: `2xx` is {200, 299}, `"<500"` is {100, 499}, `200` is {200, 200}. */
export interface StatusRange {
  readonly least: number;
  readonly most: number;
}
/** Model form; plain JSON, since the criteria are sent to agents. All keys are ANDed. */
export interface Criteria {
  readonly status?: readonly StatusRange[];
  /** Milliseconds from the intended send to the last byte. */
  readonly withinMs?: number;
  readonly value?: Comparison;
  /** The body as a whole; `body.ts` judges this key and `json`. */
  readonly body?: Pattern;
  /** RFC 9535 JSON path → the value or pattern required of the first node. */
  readonly json?: Readonly<Record<string, Pattern | Comparison | number | boolean | null>>;
  readonly headers?: Readonly<Record<string, Pattern>>;
  /** TCP: connected within so many milliseconds. */
  readonly connectMs?: number;
  /** TCP: ended by FIN from both sides, not by a reset or a timeout. */
  readonly end?: "clean";
  /** `process`: exit code. */
  readonly exit?: number;
}

/** `why`: the first criterion that was missed, with the value seen; "" when good. */
export interface SampleJudgement {
  readonly good: boolean;
  readonly why: string;
}
/** Result null: the criterion is met; otherwise the reason. */
type Criterion = (sample: AnsweredSample) => string | null;

export const GOOD_SAMPLE: SampleJudgement = { good: true, why: "" };

/** Compiled once for many samples; all criteria but `body` and `json`. Throws on a pattern that does not compile. */
export const compileCriteria = (
  criteria: Criteria,
  capture: Capture = "nothing",
): ((sample: AnsweredSample) => SampleJudgement) => {
  const all: Criterion[] = [
    ({ failure }) => failure ?? null,
    ...given(criteria.status, statusIn),
    ...given(criteria.exit, exitIs),
    ...given(criteria.end, endedCleanly),
    ...given(criteria.withinMs, answeredWithin),
    ...given(criteria.connectMs, connectedWithin),
    ...given(criteria.value, valueIs),
    ...given(criteria.headers, (headers) => headersAre(headers, capture)),
  ];
  return (sample) => {
    for (const missed of all) {
      const why = missed(sample);
      if (why !== null) return { good: false, why };
    }
    return GOOD_SAMPLE;
  };
};

const given = <T>(wanted: T | undefined, make: (wanted: T) => Criterion): readonly Criterion[] =>
  wanted === undefined ? [] : [make(wanted)];

const milliseconds = (ms: number) => `${Math.round(ms * 10) / 10} ms`;

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

/** Whether a value is a number that fits a comparison. */
export const meetsCriterion = (value: unknown, comparison: Comparison) =>
  typeof value === "number" && compares(value, comparison);
const valueIs =
  (wanted: Comparison): Criterion =>
  ({ value }) =>
    meetsCriterion(value, wanted) ? null : `value ${value ?? "missing"}, expected ${wanted.operator} ${wanted.number}`;

const headersAre = (wanted: Readonly<Record<string, Pattern>>, capture: Capture): Criterion => {
  const each = Object.entries(wanted).map(([name, pattern]) => ({ name, pattern, fits: compileHeader(pattern) }));
  return ({ header }) => {
    for (const { name, pattern, fits } of each) {
      const value = header?.(name.toLowerCase());
      if (!fits(value)) return `header ${name} is ${shown(value, capture)}, expected ${patternText(pattern)}`;
    }
    return null;
  };
};
