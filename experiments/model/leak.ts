/**
 * The test for damage on one stream of trials of one edge ("failed", "slower than T"): whether its rate rose above what the
 * baseline allows, valid at every look. Which edges are tested, and what a leak leads to, is for `run/passed.ts`.
 *
 * Evidence is a mixture likelihood ratio over the rates above p0: a nonnegative supermartingale for every rate up to p0, so
 * that it ever passes 1/α with probability α at most (Ville 1939; Howard, Ramdas, McAuliffe and Sekhon, Annals of Statistics
 * 2021; Waudby-Smith and Ramdas, JRSS B 2024). Real failures come in bursts, and are no independent trials. Four rules
 * answer that; each only lessens the evidence, so that the bound for independent trials stands:
 * - one second weighs as much as MOST_TRIALS trials at most (a likelihood ratio to a power below 1),
 * - the logarithm is divided by the dispersion of the seconds (quasi-likelihood, Wedderburn 1974),
 * - FEWEST_SECONDS different seconds must show damage, and
 * - more trials than one burst has must be bad.
 * `leak.test.ts` has the simulation that set the four numbers.
 */
import { incompleteBeta, logBeta, upperBound } from "./binomial.ts";

/** α: the chance of a false leak in a run; the bounds of the baseline may err as often. */
const ALPHA = 0.005;
/** Damage may begin in any second: the last so many beginnings are kept, beside the first. */
const MOST_STARTS = 12;
/** At 100/s a burst of 20 fills a fifth of its second: unweighted, three bursts side by side would be proof. */
const MOST_TRIALS = 20;
/** PROOF.md asks for 3; with 3, bursts of 20 alone raised a leak in 1.7% of the simulated runs. */
const FEWEST_SECONDS = 5;
/** Natural failures come in bursts of up to so many; on an edge of 2/s one such burst takes ten seconds. */
const BURST = 20;

export interface Trials {
  readonly n: number;
  readonly bad: number;
}
/** What was counted since one second: weighted, but for `bare`. */
interface Start extends Trials {
  /** Seconds of the test before it, and its run time. */
  readonly after: number;
  readonly fromMs: number;
  readonly bare: number;
  /** Σ bad² / n over the seconds: what their dispersion is computed from. */
  readonly squares: number;
  /** Seconds in which anything ended, and those of them that were damaged. */
  readonly seconds: number;
  readonly damaged: number;
}
export interface StreamTest {
  /** p0: the greatest rate that is no damage. */
  readonly allowed: number;
  /** ln of what the evidence must reach. */
  readonly needed: number;
  readonly seconds: number;
  readonly starts: readonly Start[];
  readonly wasDamaged: boolean;
  /** All trials since the beginning, weighted: what could have been seen follows from it. */
  readonly weight: number;
  readonly n: number;
}

/** `margin` is added to the bound of the baseline; `streams`: m, how many are tested in the run. */
export const openTest = (baseline: Trials, margin: number, streams: number): StreamTest => ({
  allowed: Math.min(1, upperBound(baseline.bad, baseline.n, ALPHA / streams) + margin),
  needed: Math.log(streams / ALPHA),
  ...{ seconds: 0, starts: [], wasDamaged: false, weight: 0, n: 0 },
});

const isAbove = ({ n, bad }: Trials, allowed: number): boolean => bad > allowed * n;
const startAt = (after: number, fromMs: number): Start => ({
  ...{ after, fromMs, n: 0, bad: 0, bare: 0, squares: 0, seconds: 0, damaged: 0 },
});
const grown = (start: Start, { n, bad }: Trials, weight: number, isDamaged: boolean): Start => ({
  after: start.after,
  fromMs: start.fromMs,
  n: start.n + weight * n,
  bad: start.bad + weight * bad,
  bare: start.bare + bad,
  squares: start.squares + (weight * bad * bad) / n,
  seconds: start.seconds + 1,
  damaged: start.damaged + (isDamaged ? 1 : 0),
});
/** One second more, which began at `fromMs`. */
export const watchSecond = (test: StreamTest, { n, bad }: Trials, fromMs: number): StreamTest => {
  const seconds = test.seconds + 1;
  if (!(n > 0)) return { ...test, seconds };
  const trials = { n, bad: Math.min(n, bad) };
  const weight = Math.min(1, MOST_TRIALS / trials.n);
  const isDamaged = isAbove(trials, test.allowed);
  const begins = test.starts.length === 0 || (isDamaged && !test.wasDamaged);
  const [first, ...later] = begins ? [...test.starts, startAt(test.seconds, fromMs)] : test.starts;
  const kept = first === undefined ? [] : [first, ...later.slice(-MOST_STARTS)];
  const starts = kept.map((start) => grown(start, trials, weight, isDamaged));
  const sums = { weight: test.weight + weight * trials.n, n: test.n + trials.n };
  return { ...test, seconds, starts, wasDamaged: isDamaged, ...sums };
};

/** Pearson's chi² over its degrees of freedom: 1 for independent trials, and never less here. */
const dispersionOf = ({ n, bad, squares, seconds }: Start): number => {
  const rate = (bad + 0.5) / (n + 1);
  return Math.max(1, (squares - (bad * bad) / n) / (rate * (1 - rate) * Math.max(1, seconds - 1)));
};
/** ln of the likelihood ratio against p0, mixed uniformly over the rates from p0 to 1. */
const logRatio = ({ n, bad }: Trials, allowed: number): number => {
  const above = 1 - incompleteBeta(allowed, bad + 1, n - bad + 1);
  if (above <= 0) return Number.NEGATIVE_INFINITY;
  const mixed = logBeta(bad + 1, n - bad + 1) + Math.log(above) - Math.log1p(-allowed);
  return mixed - bad * Math.log(allowed) - (n - bad) * Math.log1p(-allowed);
};
/** Weights 1 / ((j + 1) (j + 2)) of the second in which damage begins sum to 1: the mixture over beginnings is one test. */
const priceOf = ({ after }: Pick<Start, "after">): number => Math.log((after + 1) * (after + 2));
const evidenceOf = (start: Start, { allowed }: StreamTest): number =>
  start.damaged >= FEWEST_SECONDS && start.bare > BURST && isAbove(start, allowed)
    ? logRatio(start, allowed) / dispersionOf(start) - priceOf(start)
    : Number.NEGATIVE_INFINITY;

/** Since when (run time) the stream is damaged beyond doubt; null: it is not known to be. */
export const damagedSince = (test: StreamTest): number | null => {
  const proofs = test.starts
    .map((start) => ({ fromMs: start.fromMs, evidence: evidenceOf(start, test) }))
    .filter(({ evidence }) => evidence >= test.needed);
  return proofs.toSorted((a, b) => b.evidence - a.evidence)[0]?.fromMs ?? null;
};

/** Least rate, in steps of 1%, that would have been proven had it lasted through all that passed; null: not even 100%. */
export const detectableRate = (test: StreamTest): number | null => {
  const { allowed, needed, weight, n, seconds } = test;
  if (seconds < FEWEST_SECONDS) return null;
  const isSeen = (percent: number): boolean => {
    const rate = percent / 100;
    const isMore = rate > allowed && rate * n > BURST;
    return isMore && logRatio({ n: weight, bad: rate * weight }, allowed) - priceOf({ after: 0 }) >= needed;
  };
  // More errors are never harder to see: halving finds the least in seven steps, for each edge at each look of a page.
  let [unseen, seen] = [0, 101];
  while (seen - unseen > 1) {
    const middle = (unseen + seen) >> 1;
    if (isSeen(middle)) seen = middle;
    else unseen = middle;
  }
  return seen > 100 ? null : seen / 100;
};

/** From 8 ms to 25 ms is three times as long, and nobody suffers. */
const SLOWER_BY_MS = 25;
/**
 * Which of n sorted latencies bounds their p95 from above with 99% confidence, from 1 (order statistics: P(X₍ᵣ₎ < p95) is
 * P(binomial(n, 0.95) ≥ r)); null: n are too few, fewer than 90.
 */
export const p95BoundRank = (n: number): number | null => {
  for (let rank = Math.ceil(0.95 * n); rank <= n && rank > 0; rank++)
    if (incompleteBeta(0.95, rank, n - rank + 1) <= 0.01) return rank;
  return null;
};
/** T: what takes longer counts as slow. `boundMs`: that order statistic of the baseline; `factor`: `limits.harm.p95`. */
export const slowAfterMs = (boundMs: number, factor: number): number =>
  Math.max(factor * boundMs, boundMs + SLOWER_BY_MS);
/** In the baseline one in twenty exchanges takes longer than the p95 by its very meaning. */
export const SLOW_MARGIN = 0.05;

/** How much busier or idler an edge may have been for its traffic to be the same mix. */
const MIX_FACTOR = 1.5;
interface Period {
  readonly n: number;
  readonly failed: number;
  readonly perSecond: number;
}
/** Whether quiet minutes say something of the baseline too: probes that call what nobody called before are another mix. */
export const isAlike = (baseline: Period, quiet: Period): boolean =>
  quiet.n > 0 &&
  Math.max(quiet.perSecond, baseline.perSecond) <= MIX_FACTOR * Math.min(quiet.perSecond, baseline.perSecond) &&
  baseline.failed <= baseline.n * upperBound(quiet.failed, quiet.n, 0.05);
