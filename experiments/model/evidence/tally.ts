/** Tallies: a second's samples of an expectation or guardrail. */

import type { Phase } from "../experiment/phase.ts";
import type { ExpectationName } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import { type ErroredBy, spellCauses, sumCauses } from "../sample/errored.ts";
import type { LatencyCounts } from "./latency-counts.ts";

/** A bad sample worth showing. `atMs` is run time of the intended send. */
export interface BadSample {
  readonly atMs: number;
  readonly why: string;
  readonly status?: number;
  readonly latencyMs?: number;
}
/** Counts of samples by the phase of *sending*. Sums of tallies are the truth; no tally is sent twice. */
export interface Tally {
  readonly of: ExpectationName;
  readonly phase: Phase;
  /** Run time of the intended sends: [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly good: number;
  readonly bad: number;
  readonly errored: number;
  /** Exchanges that the caller gave up in time: not judged (PROOF.md 4). Absent: none. */
  readonly left?: number;
  /**
   * Samples among good and bad that a fault hit, where agents count hits exactly (`traffic` on a struck edge). Absent:
   * not counted.
   */
  readonly struck?: number;
  /** At most 5. */
  readonly firstBad: readonly BadSample[];
  /**
   * Reason why the first errored sample could not be taken or judged; absent without errored samples, or not reported.
   */
  readonly firstErrored?: string;
  /**
   * Errored samples by cause, 8 causes at most and the rest as `other`; absent without errored samples, or not
   * reported.
   */
  readonly erroredBy?: ErroredBy;
  /** Median and 99th percentile of the latency of seen samples, ms; absent where there is none. */
  readonly p50?: number;
  readonly p99?: number;
  /** Latencies of seen samples; absent where there is none, and in journals older than the field. */
  readonly latencies?: LatencyCounts;
  /** Run time of the intended send of the first good sample, for `eventually`; absent: taken as `toMs`. */
  readonly firstGoodMs?: number;
}

/**
 * Time after the answer for which a bad sample that an agent's stall may explain is not counted yet: agents report
 * stalls up to 2 s later.
 */
export const KEPT_BACK_MS = 2_500;

export interface SampleCount {
  readonly good: number;
  readonly bad: number;
  readonly errored: number;
}
export const NOTHING: SampleCount = { good: 0, bad: 0, errored: 0 };
export const sumOf = (tallies: readonly SampleCount[]): SampleCount =>
  tallies.reduce<SampleCount>(
    (sum, { good, bad, errored }) => ({
      good: sum.good + good,
      bad: sum.bad + bad,
      errored: sum.errored + errored,
    }),
    NOTHING,
  );
/** Number of samples with a result: an errored sample is none. */
export const seenOf = ({ good, bad }: SampleCount): number => good + bad;
/** Number of exchanges that the callers gave up in time. */
export const leftOf = (tallies: readonly Tally[]): number => tallies.reduce((sum, { left = 0 }) => sum + left, 0);
/**
 * Tells whether over 5% of the samples failed for reasons of the prober: then no statement about the system is
 * possible.
 */
export const blind = ({ good, bad, errored }: SampleCount): boolean => 20 * errored > good + bad + errored;

/** Tallies of an expectation in a phase, and their sum. */
export interface Series<T extends Tally = Tally> {
  readonly count: SampleCount;
  readonly tallies: readonly T[];
}
/**
 * Tallies kept apart by expectation and phase, and summed on arrival: a long run is judged at each of many thousand
 * tallies.
 */
export type SeriesByExpectation<T extends Tally = Tally> = Readonly<
  Record<ExpectationName, Readonly<Partial<Record<Phase, Series<T>>>>>
>;
const SILENCE: Series<never> = { count: NOTHING, tallies: [] };
export const seriesOf = <T extends Tally>(told: SeriesByExpectation<T>, of: ExpectationName, phase: Phase): Series<T> =>
  ownProperty(told, of)?.[phase] ?? SILENCE;
export const withTallies = <T extends Tally>(
  told: SeriesByExpectation<T>,
  tallies: readonly T[],
): SeriesByExpectation<T> => tallies.reduce(withTally<T>, told);
const withTally = <T extends Tally>(told: SeriesByExpectation<T>, tally: T): SeriesByExpectation<T> => {
  const { count, tallies } = seriesOf(told, tally.of, tally.phase);
  const series: Series<T> = { count: sumOf([count, tally]), tallies: [...tallies, tally] };
  return { ...told, [tally.of]: { ...ownProperty(told, tally.of), [tally.phase]: series } };
};

/** Seconds are added up from the start of a phase, in floating point: nearer than this is the same moment. */
const SAME_MS = 0.001;
/** Tallies that lie wholly between two moments. */
export const within = <T extends Tally>(tallies: readonly T[], fromMs: number, toMs: number): readonly T[] =>
  tallies.filter((tally) => tally.fromMs >= fromMs - SAME_MS && tally.toMs <= toMs + SAME_MS);
/** Tallies of which any part lies between two moments. */
export const touching = <T extends Tally>(tallies: readonly T[], fromMs: number, toMs: number): readonly T[] =>
  tallies.filter((tally) => tally.toMs > fromMs + SAME_MS && tally.fromMs < toMs - SAME_MS);

/** Earliest bad samples, by time of sending. */
export const firstBadOf = (tallies: readonly Tally[], most = 5): readonly BadSample[] =>
  tallies
    .flatMap(({ firstBad }) => firstBad)
    .sort((a, b) => a.atMs - b.atMs)
    .slice(0, most);

/** Reason why the earliest errored sample could not be taken; undefined: not reported. */
export const firstErroredOf = (tallies: readonly Tally[]): string | undefined =>
  tallies
    .filter(({ firstErrored }) => firstErrored !== undefined)
    .reduce<Tally | null>((first, tally) => (first !== null && first.fromMs <= tally.fromMs ? first : tally), null)
    ?.firstErrored;
/** Text `: 9 late prober. The first: …` for the end of a reason; a full stop without reported causes. */
export const spellErrored = (tallies: readonly Tally[]): string => {
  const why = firstErroredOf(tallies);
  const causes = tallies.some(({ erroredBy }) => erroredBy !== undefined) ? `: ${spellCauses(sumCauses(tallies))}` : "";
  return `${causes}.${why === undefined ? "" : ` The first: ${why}.`}`;
};

const SECOND_MS = 1_000;
/** Joins tallies to a single tally for each second and phase: late samples join the second of the send. */
export const bySecond = (tallies: readonly Tally[]): readonly Tally[] => {
  const seconds = new Map<string, Tally>();
  for (const tally of tallies) {
    const key = `${tally.phase} ${Math.floor(tally.fromMs / SECOND_MS)}`;
    const before = seconds.get(key);
    seconds.set(key, before === undefined ? plain(tally) : joined(before, tally));
  }
  return [...seconds.values()].sort((a, b) => a.fromMs - b.fromMs);
};
const plain = ({
  of,
  phase,
  fromMs,
  toMs,
  good,
  bad,
  errored,
  firstBad,
  firstErrored,
  erroredBy,
  ...rest
}: Tally): Tally => ({
  of,
  phase,
  fromMs,
  toMs,
  good,
  bad,
  errored,
  firstBad,
  ...given("left", rest.left),
  ...given("struck", rest.struck),
  ...given("firstErrored", firstErrored),
  ...given("erroredBy", erroredBy),
  ...given("p50", rest.p50),
  ...given("p99", rest.p99),
  ...given("firstGoodMs", rest.firstGoodMs),
});
const given = <K extends string, T>(key: K, value: T | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: T };
const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);
const added = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : a + b;
const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
/** Quantiles of two groups cannot be joined exactly: the worse is shown. */
const joined = (a: Tally, b: Tally): Tally => ({
  of: a.of,
  phase: a.phase,
  fromMs: Math.min(a.fromMs, b.fromMs),
  toMs: Math.max(a.toMs, b.toMs),
  ...sumOf([a, b]),
  ...given("left", added(a.left, b.left)),
  ...given("struck", added(a.struck, b.struck)),
  firstBad: firstBadOf([a, b]),
  ...given("firstErrored", firstErroredOf([a, b])),
  ...given("erroredBy", a.errored + b.errored === 0 ? undefined : sumCauses([a, b])),
  ...given("p50", most(a.p50, b.p50)),
  ...given("p99", most(a.p99, b.p99)),
  ...given("firstGoodMs", least(a.firstGoodMs, b.firstGoodMs)),
});
