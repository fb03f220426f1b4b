/** Bounds reported beside a verdict (PROOF.md 6): the share of good samples that a number of samples shows. */

import { bySecond, type SampleCount, type Series, seenOf } from "../evidence/tally.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";
import { plannedSamples } from "../plan/samples.ts";
import { logBeta, upperBound } from "../statistics/binomial.ts";
import { spellCount } from "../text/words.ts";
import { formatShare } from "../units/share.ts";

/** Error probability of a one-sided bound: wrong in 1 case of 20. */
const ALPHA = 0.05;
/** Variance over mean of bad samples a second; 1 where bad samples fall independently. */
const CLUSTERED = 2;

/** Bad samples came together: no independent trials, so no bound follows from the count. */
export const isClustered = ({ tallies }: Series): boolean => {
  const bad = bySecond(tallies).map((tally) => tally.bad);
  const mean = bad.reduce((sum, each) => sum + each, 0) / bad.length;
  if (bad.length < 2 || mean === 0) return false;
  const variance = bad.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (bad.length - 1);
  return variance / mean > CLUSTERED;
};

/** Least share of good samples that a finished phase shows: exact and one-sided, 95% (Clopper and Pearson, 1934). */
export const leastGood = ({ bad, ...rest }: SampleCount): number =>
  1 - upperBound(bad, seenOf({ bad, ...rest }), ALPHA);

/** Steps of the search below: the bound is exact to 2^-40. */
const STEPS = 40;
/**
 * Least share of good samples that holds at every moment of an unfinished phase, with 95%: a beta-binomial confidence
 * sequence with a uniform mixture (Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics 2021). Frequent
 * evaluation costs no confidence.
 */
export const leastGoodSoFar = ({ good, bad }: SampleCount): number => {
  const n = good + bad;
  if (n === 0) return 0;
  const mixture = logBeta(good + 1, bad + 1);
  const evidence = (share: number) => mixture - good * Math.log(share) - bad * Math.log1p(-share);
  let [low, high] = [0, good / n];
  for (let i = 0; i < STEPS; i++) {
    const middle = (low + high) / 2;
    if (evidence(middle) >= -Math.log(ALPHA)) low = middle;
    else high = middle;
  }
  return low;
};

/** Fewest samples, all good, that show an objective; Infinity for 100%, which no number shows. */
export const samplesToShow = (objective: number): number =>
  objective >= 1 ? Number.POSITIVE_INFINITY : Math.ceil(Math.log(ALPHA) / Math.log(objective) - 1e-9);

/** Fact of the plan: the best share that `n` samples can show of an objective; null: the whole objective. */
export const sayShows = (objective: number, n: number): string | null => {
  const need = samplesToShow(objective);
  if (n >= need) return null;
  const best = `shows at best ${spellShare(leastGood({ good: n, bad: 0, errored: 0 }))}`;
  return need === Number.POSITIVE_INFINITY
    ? best
    : `${best}; ${spellCount(need, "sample")} would show ${formatShare(objective)}`;
};

/**
 * Sentence on the share that the planned samples of `during` can show; null: the whole objective, or the number is not
 * planned.
 */
export const sayPlannedShows = (plan: Plan, expectation: PlannedExpectation): string | null => {
  const { objective, eventuallyMs } = expectation;
  const planned = plannedSamples(plan, expectation, "during");
  return eventuallyMs !== null || objective.during === undefined || planned === null
    ? null
    : sayShows(objective.during, planned);
};

/**
 * Share rounded down to tenths of a percent, and near 100% to two digits of the missing part, so that no more is
 * claimed than is known.
 */
export const spellShare = (share: number): string => {
  const missing = 1 - share;
  if (missing <= 0) return formatShare(1);
  const unit = Math.min(0.001, 10 ** (Math.floor(Math.log10(missing)) - 1));
  return formatShare(Number((1 - Math.ceil(missing / unit - 1e-9) * unit).toFixed(12)));
};

/** ` ≥ 98.1% (…)` of a finished phase. `struck`: samples that were hit; null: not known. */
export const sayBound = (series: Series, struck: number | null): string => {
  const { count } = series;
  if (seenOf(count) === 0) return "";
  if (isClustered(series)) return "No bound follows from that: bad ones came together.";
  const own =
    struck === null || struck === 0 || struck === seenOf(count) || count.bad > 0
      ? ""
      : `; of the ${struck} that were hit, 0 bad: ≥ ${spellShare(leastGood({ good: struck, bad: 0, errored: 0 }))}`;
  return `That shows ≥ ${spellShare(leastGood(count))} (95%, one-sided, if requests fail independently)${own}.`;
};
export const saySoFar = (count: SampleCount): string =>
  `So far ≥ ${spellShare(leastGoodSoFar(count))} (95%, at every moment).`;
