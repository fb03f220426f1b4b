/**
 * Judges an expectation in a phase by counting: bad samples against the number that the objective allows (DESIGN.md 5).
 * The same function decides early, at the end, and for the display meanwhile.
 */

import { blind, firstBadOf, type Series, seenOf, spellErrored, sumOf, within } from "../evidence/tally.ts";
import type { Phase } from "../experiment/phase.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import { nounOf } from "../probes/sample-noun.ts";
import { unknownIn } from "../sample/errored.ts";
import { sayOffset, sayRoundedDuration } from "../units/duration.ts";
import type { ReasonCode } from "./verdict.ts";

export interface Judgement {
  /** null: not known (yet), or not judged in this phase. */
  readonly met: boolean | null;
  /** Reason why the expectation is not met, or cannot be judged; null: met, not decided yet, or not judged. */
  readonly because: Extract<ReasonCode, "expectation" | "too-few" | "errored"> | null;
  readonly reason: string;
}
export interface Evidence {
  /** Series of this expectation in this phase. */
  readonly series: Series;
  /** Run time at which the phase began, and at which the phase ended; null: not over. */
  readonly span: { readonly fromMs: number; readonly toMs: number | null };
  /** Number of samples that the whole phase yields; null where only traffic determines the number. */
  readonly planned: number | null;
  /** Every sample of the phase is known. */
  readonly settled: boolean;
}

/** Trillionths in 1. Shares have at most 12 digits (units/share.ts), so that trillionths count them exactly. */
const WHOLE = 10n ** 12n;
/**
 * Number of `n` samples that may be bad under an objective. Whole numbers all the way: 99.9% of 1000 allows exactly 1.
 */
export const allowedBad = (objective: number, n: number): number =>
  Number((BigInt(n) * (WHOLE - BigInt(Math.round(objective * Number(WHOLE))))) / WHOLE);

export const judge = (expectation: PlannedExpectation, phase: Phase, evidence: Evidence): Judgement => {
  const objective = expectation.objective[phase];
  if (objective === undefined) return { met: null, because: null, reason: `does not count in ${phase}` };
  const { count } = evidence.series;
  if (blind(count)) {
    if (!evidence.settled) return UNDECIDED;
    return {
      met: null,
      because: "errored",
      reason: `${count.errored} of ${seenOf(count) + count.errored} samples errored, more than 5%${spellErrored(evidence.series.tallies)}`,
    };
  }
  if (expectation.eventuallyMs !== null) return judgeEventually(expectation, expectation.eventuallyMs, evidence);
  return judgeShare(expectation, objective, evidence);
};
const UNDECIDED: Judgement = { met: null, because: null, reason: "not decided yet" };

const judgeShare = (expectation: PlannedExpectation, objective: number, evidence: Evidence): Judgement => {
  const { settled, planned, series } = evidence;
  const { count } = series;
  const n = seenOf(count);
  const most = hopelessAbove(objective, planned, n, expectation.minSamples);
  if (most !== null && count.bad > most) return broken(expectation, evidence, most, planned !== null && n < planned);
  if (!settled) return UNDECIDED;
  // Missing samples count as good: 12 bad of 12 break 99%, though fewer than 30 were seen.
  const allowed = allowedBad(objective, Math.max(n, expectation.minSamples));
  if (count.bad > allowed) return broken(expectation, evidence, allowed, false);
  if (n < expectation.minSamples) return tooFew(expectation, n);
  const outage = worstWindow(expectation, evidence);
  if (outage !== null) return { met: false, because: "expectation", reason: outage };
  const unknown = unknownIn(series.tallies);
  if (unknown > 0 && count.bad + unknown > allowedBad(objective, Math.max(n + unknown, expectation.minSamples)))
    return hangsOnUnknown(expectation, evidence, unknown);
  const may = allowed === 0 ? "none may be" : `at most ${allowed} may be`;
  return {
    met: true,
    because: null,
    reason: `${count.bad} of ${n} ${nounOf(expectation.probe.kind)} were bad, ${may}.`,
  };
};

/**
 * Number of bad samples above which no future samples can meet the objective; null: the number of future samples is not
 * known. The count allows 1 sample more than planned, which is sent where the phase begins and ends between two sends.
 */
const hopelessAbove = (objective: number, planned: number | null, n: number, minSamples: number): number | null => {
  if (objective === 1) return 0;
  return planned === null ? null : allowedBad(objective, Math.max(planned + 1, n, minSamples));
};

const broken = (
  { probe }: PlannedExpectation,
  { series: { count, tallies }, span, planned }: Evidence,
  allowed: number,
  early: boolean,
): Judgement => {
  const [first] = firstBadOf(tallies, 1);
  const may = allowed === 0 ? "none may be" : `at most ${allowed}${early ? ` of the planned ${planned}` : ""} may be`;
  const where = first === undefined ? "" : ` First at ${sayOffset(first.atMs - span.fromMs)}: ${first.why}.`;
  const reason = `${count.bad} of ${seenOf(count)} ${nounOf(probe.kind)} were bad; ${may}.${where}`;
  return { met: false, because: "expectation", reason };
};
/** Judgement of neither met nor missed: the result depends on samples that failed while an agent stalled. */
const hangsOnUnknown = ({ probe }: PlannedExpectation, { series }: Evidence, unknown: number): Judgement => ({
  met: null,
  because: "errored",
  reason: `${unknown} ${nounOf(probe.kind)} failed while an agent stalled, and no more than ${series.count.bad} others were bad: whether the objective is met hangs on them${spellErrored(series.tallies)}`,
});
const tooFew = ({ probe, minSamples }: PlannedExpectation, n: number): Judgement => ({
  met: null,
  because: "too-few",
  reason: `only ${n} ${nounOf(probe.kind)} were seen, at least ${minSamples} are needed.`,
});

const judgeEventually = (expectation: PlannedExpectation, eventuallyMs: number, evidence: Evidence): Judgement => {
  const { span, settled, series } = evidence;
  const goodMs = series.tallies
    .filter(({ good }) => good > 0)
    .map(({ firstGoodMs, toMs }) => (firstGoodMs ?? toMs) - span.fromMs);
  const first = Math.min(...goodMs);
  if (first <= eventuallyMs) return { met: true, because: null, reason: `good after ${sayRoundedDuration(first)}.` };
  if (!settled) return UNDECIDED;
  // A reaction that was cut short has not had its time.
  const lastedMs = span.toMs === null ? Number.POSITIVE_INFINITY : span.toMs - span.fromMs;
  const n = seenOf(series.count);
  if (n < expectation.minSamples) return tooFew(expectation, n);
  if (lastedMs < eventuallyMs)
    return {
      met: null,
      because: "too-few",
      reason: `the phase ended after ${sayRoundedDuration(lastedMs)}, before its ${sayRoundedDuration(eventuallyMs)} were over.`,
    };
  const late = Number.isFinite(first)
    ? `first good only after ${sayRoundedDuration(first)}`
    : `not one of ${n} was good`;
  return {
    met: false,
    because: "expectation",
    reason: `not good within ${sayRoundedDuration(eventuallyMs)}: ${late}.`,
  };
};

/**
 * Sentence on the first window of `worst` with more bad samples than allowed; null: none. Windows begin where a tally
 * begins.
 */
const worstWindow = ({ worst, probe }: PlannedExpectation, { series: { tallies }, span }: Evidence): string | null => {
  if (worst === null) return null;
  const endMs = span.toMs ?? Number.POSITIVE_INFINITY;
  for (const fromMs of [...new Set(tallies.map((tally) => tally.fromMs))].sort((a, b) => a - b)) {
    const toMs = fromMs + worst.windowMs;
    if (toMs > endMs) break;
    const count = sumOf(within(tallies, fromMs, toMs));
    if (count.bad > allowedBad(worst.objective, seenOf(count)))
      return `${count.bad} of ${seenOf(count)} ${nounOf(probe.kind)} were bad within ${sayRoundedDuration(worst.windowMs)} from ${sayOffset(fromMs - span.fromMs)}; at most ${allowedBad(worst.objective, seenOf(count))} may be.`;
  }
  return null;
};
