/**
 * Recovery: has the steady state come back? The first window of length `hold` after the revert, beginning within
 * `within`, in which every expectation meets its objective for the recovery (DESIGN.md 5).
 */

import {
  blind,
  KEPT_BACK_MS,
  type SeriesByExpectation,
  seenOf,
  seriesOf,
  spellErrored,
  sumOf,
  type Tally,
  touching,
} from "../evidence/tally.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";
import { nounOf } from "../probes/sample-noun.ts";
import { unknownIn } from "../sample/errored.ts";
import { list } from "../text/words.ts";
import { sayRoundedDuration } from "../units/duration.ts";
import { allowedBad } from "./judge.ts";
import type { ReasonCode } from "./verdict.ts";

export type Recovery =
  | { readonly is: "waiting" }
  /** Unasked: no expectation counts in the recovery. */
  | { readonly is: "unasked" }
  /** `afterMs`: begin of the window, ms after the revert; null where only `eventually` expectations count. */
  | { readonly is: "recovered"; readonly afterMs: number | null }
  | {
      readonly is: "failed";
      readonly because: Extract<ReasonCode, "not-recovered" | "too-few" | "errored">;
      readonly reason: string;
      /** First expectation that the failure is about; absent: about no single expectation. */
      readonly about?: string;
    };
export interface RecoveryEvidence {
  readonly told: SeriesByExpectation;
  /** Run time of the revert. */
  readonly revertMs: number;
  readonly nowMs: number;
  /** Every sample of the recovery is known, and no more will be sent. */
  readonly settled: boolean;
}
/** Delay of reports: tallies are reported once a second, after pulses of agents that come once a second. */
const TOLD_MS = 2_000;
/**
 * Time after the end of a window for which a sample may still be missing: a bad sample that an agent's stall may
 * explain is kept back.
 */
const unknownMs = ({ timeoutMs }: PlannedExpectation): number => timeoutMs + TOLD_MS + KEPT_BACK_MS;

export const recoveryOf = (plan: Plan, evidence: RecoveryEvidence): Recovery => {
  const asked = plan.expectations.filter(({ objective }) => objective.recovery !== undefined);
  if (asked.length === 0) return { is: "unasked" };
  const steady = asked.filter(({ eventuallyMs }) => eventuallyMs === null);
  const late = asked.filter((expectation) => expectation.eventuallyMs !== null && !cameGood(expectation, evidence));
  const afterMs = firstSteady(plan, steady, evidence);
  if (late.length === 0 && (steady.length === 0 || afterMs !== null)) return { is: "recovered", afterMs };
  return evidence.settled ? failure(plan, steady, late, evidence) : { is: "waiting" };
};

const cameGood = ({ name, eventuallyMs }: PlannedExpectation, { told, revertMs }: RecoveryEvidence): boolean =>
  seriesOf(told, name, "recovery").tallies.some(
    ({ good, firstGoodMs, toMs }) => good > 0 && (firstGoodMs ?? toMs) - revertMs <= eventuallyMs!,
  );

/** Possible begins of a window: the revert, and the begin of any tally. */
const startsOf = (plan: Plan, { told, revertMs }: RecoveryEvidence): readonly number[] => {
  const starts = plan.expectations.flatMap(({ name }) =>
    seriesOf(told, name, "recovery").tallies.map(({ fromMs }) => fromMs),
  );
  const lastMs = revertMs + plan.phases.recovery.withinMs;
  return [...new Set([revertMs, ...starts])].filter((ms) => ms >= revertMs && ms <= lastMs).sort((a, b) => a - b);
};

const firstSteady = (plan: Plan, steady: readonly PlannedExpectation[], evidence: RecoveryEvidence): number | null => {
  const { holdMs } = plan.phases.recovery;
  const mine = steady.map((expectation) => ({
    expectation,
    tallies: seriesOf(evidence.told, expectation.name, "recovery").tallies,
  }));
  const meets = (fromMs: number) =>
    mine.every(({ expectation, tallies }) => windowOf(expectation, tallies, fromMs, holdMs, evidence) === "met");
  const fromMs = startsOf(plan, evidence).find(meets);
  return fromMs === undefined ? null : fromMs - evidence.revertMs;
};

/**
 * Least number of samples that a window must show: the expectation's own least, or all that the probe can send in the
 * hold time.
 */
const leastIn = ({ pace, minSamples }: PlannedExpectation, holdMs: number): number =>
  Math.max(1, pace === null ? minSamples : Math.min(minSamples, Math.floor(holdMs / pace.everyMs)));

/**
 * Result of a window of an expectation. A tally across the window's edge counts as a whole: rather too strict than too
 * kind.
 */
const windowOf = (
  expectation: PlannedExpectation,
  tallies: readonly Tally[],
  fromMs: number,
  holdMs: number,
  { nowMs, settled }: RecoveryEvidence,
): "met" | "missed" | "few" | "blind" | "open" => {
  const toMs = fromMs + holdMs;
  const inside = touching(tallies, fromMs, toMs);
  const count = sumOf(inside);
  const n = seenOf(count);
  const { pace } = expectation;
  // Every sample sent in these seconds is known: no slow sample is missing.
  const coverMs =
    Math.max(toMs, ...inside.map((tally) => tally.toMs)) - Math.min(fromMs, ...inside.map((tally) => tally.fromMs));
  const allTold = pace !== null && nowMs >= toMs && n + count.errored >= Math.floor(coverMs / pace.everyMs + 1e-6);
  const known = settled ? nowMs >= toMs : allTold || nowMs >= toMs + unknownMs(expectation);
  if (!known) return "open";
  if (blind(count)) return "blind";
  if (n < leastIn(expectation, holdMs)) return "few";
  const objective = expectation.objective.recovery!;
  if (count.bad > allowedBad(objective, n)) return "missed";
  const unknown = unknownIn(inside);
  return count.bad + unknown <= allowedBad(objective, n + unknown) ? "met" : "blind";
};

const failure = (
  plan: Plan,
  steady: readonly PlannedExpectation[],
  late: readonly PlannedExpectation[],
  evidence: RecoveryEvidence,
): Recovery => {
  const { withinMs, holdMs } = plan.phases.recovery;
  const starts = startsOf(plan, evidence);
  const seriesFor = ({ name }: PlannedExpectation) => seriesOf(evidence.told, name, "recovery");
  const windowsOf = (expectation: PlannedExpectation) =>
    starts.map((fromMs) => windowOf(expectation, seriesFor(expectation).tallies, fromMs, holdMs, evidence));
  const never = steady.filter((expectation) => !windowsOf(expectation).includes("met"));
  const bad = [
    ...never.filter((expectation) => windowsOf(expectation).includes("missed")),
    ...late.filter((expectation) => seenOf(seriesFor(expectation).count) > 0),
  ];
  const unseen = [...never, ...late][0];
  if (bad.length > 0 || unseen === undefined) {
    const who = bad.length > 0 ? `${list(bad.map(({ name }) => name))} did not come` : "No moment saw all expectations";
    const numbers = bad.slice(0, 1).map((expectation) => {
      const { count } = seriesFor(expectation);
      return ` ${count.bad} of ${seenOf(count)} ${nounOf(expectation.probe.kind)} since then were bad.`;
    });
    const reason = `${who} back within ${sayRoundedDuration(withinMs)} of the faults being gone, for ${sayRoundedDuration(holdMs)} at a stretch.${numbers.join("")}`;
    const about = bad[0]?.name;
    return { is: "failed", because: "not-recovered", reason, ...(about === undefined ? {} : { about }) };
  }
  const noun = nounOf(unseen.probe.kind);
  return windowsOf(unseen).includes("blind")
    ? {
        is: "failed",
        because: "errored",
        reason: `${unseen.name}: over 5% of the samples after the revert errored${spellErrored(seriesFor(unseen).tallies)}`,
      }
    : {
        is: "failed",
        because: "too-few",
        reason: `${unseen.name}: no ${sayRoundedDuration(holdMs)} after the revert showed the ${leastIn(unseen, holdMs)} ${noun} that are needed.`,
      };
};
