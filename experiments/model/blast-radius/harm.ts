/** Harm of an edge: tells whether the edge is worse than in the run's own baseline, by the bounds of `limits.harm`. */
import type { Limits } from "../experiment/experiment.ts";

/** Traffic of an edge in a span of time, over all agents of the edge. */
export interface EdgeTraffic {
  /** Exchanges that ended. */
  readonly exchanges: number;
  /**
   * Exchanges that failed: without an answer, with an answer of 5xx, or given up by the caller; TCP: without a clean
   * end.
   */
  readonly failed: number;
  /** Failed exchanges without any answer. */
  readonly unanswered: number;
  /** Exchanges that ended, a second. */
  readonly perSecond: number;
  /** Latency p95 in ms; null: no exchange ended, or not measured. */
  readonly p95Ms: number | null;
  /** Under way at the end of the span. */
  readonly open: number;
}
export interface BeforeAfter {
  readonly before: number;
  readonly now: number;
}
export interface Harm {
  /**
   * Kind of harm, the first that applies. `failing`: more errors. `slow`: a longer p95. `quiet`: hardly any exchange is
   * sent any more.
   */
  readonly how: "failing" | "slow" | "quiet";
  /** Share of exchanges that failed, and of those without an answer; 0 where none ended. */
  readonly errors: BeforeAfter;
  readonly unanswered: BeforeAfter;
  /** Latency p95 in ms; 0 where no exchange ended. */
  readonly p95Ms: BeforeAfter;
  readonly perSecond: BeforeAfter;
}

/** Fewest exchanges for a judgement: a share or a p95 of fewer says more about chance than about the edge. */
const FEWEST = 10;
/** Fewest failed exchanges: a single failure happens on any edge. */
const FEWEST_FAILED = 2;
/**
 * Least rise of the p95: from 8 ms to 25 ms is three times as long without any damage, since a machine that is busy for
 * a moment does as much.
 */
const SLOWER_BY_MS = 25;
/** Least rate for `quiet`: below 1 exchange a second, a window of seconds without traffic is chance. */
const QUIETABLE_PER_SECOND = 1;
/** Rate, as a share of the baseline's, below which an edge is quiet: a wave of load falls less. */
const QUIET_SHARE = 0.2;

const share = (of: number, exchanges: number): number => (exchanges === 0 ? 0 : of / exchanges);

/** Tells whether enough exchanges ended to judge an edge. */
export const isMeasured = ({ exchanges }: EdgeTraffic): boolean => exchanges >= FEWEST;

const hasMoreErrors = (before: EdgeTraffic, now: EdgeTraffic, { errors }: Limits["harm"]): boolean =>
  now.failed >= FEWEST_FAILED && share(now.failed, now.exchanges) > share(before.failed, before.exchanges) + errors;
const isLonger = (beforeMs: number, nowMs: number, { p95 }: Limits["harm"]): boolean =>
  nowMs > p95 * beforeMs && nowMs >= beforeMs + SLOWER_BY_MS;
const hasFallenSilent = (before: EdgeTraffic, now: EdgeTraffic): boolean =>
  before.perSecond >= QUIETABLE_PER_SECOND && now.perSecond < QUIET_SHARE * before.perSecond;
/**
 * Time for which the waiting exchanges have waited, ms. Where hardly any exchange ends but ever more are under way, the
 * callee is called and does not answer. Calls at the rate of the baseline have waited for at least so long: no more is
 * known until the first call ends.
 */
const waitedMs = (before: EdgeTraffic, now: EdgeTraffic): number =>
  (1_000 * Math.max(0, now.open - before.open)) / before.perSecond;

/** Harm of an edge; null: no worse than before, or too few exchanges to tell. */
export const harmOf = (before: EdgeTraffic, now: EdgeTraffic, harm: Limits["harm"]): Harm | null => {
  if (!isMeasured(before)) return null;
  const beforeMs = before.p95Ms ?? 0;
  const changes = (p95Ms: number) => ({
    errors: { before: share(before.failed, before.exchanges), now: share(now.failed, now.exchanges) },
    unanswered: { before: share(before.unanswered, before.exchanges), now: share(now.unanswered, now.exchanges) },
    p95Ms: { before: beforeMs, now: p95Ms },
    perSecond: { before: before.perSecond, now: now.perSecond },
  });
  const nowMs = now.p95Ms ?? 0;
  const isWorse = hasMoreErrors(before, now, harm);
  if (isMeasured(now) && isWorse) return { how: "failing", ...changes(nowMs) };
  if (hasFallenSilent(before, now)) {
    const waiting = waitedMs(before, now);
    if (waiting === 0) return { how: "quiet", ...changes(nowMs) };
    if (!isLonger(beforeMs, waiting, harm)) return null;
    // Few ended because the rest waits: "slow" beside 100% errors would be the milder word.
    return { how: isWorse ? "failing" : "slow", ...changes(Math.max(nowMs, waiting)) };
  }
  const isSlower = isMeasured(now) && before.p95Ms !== null && isLonger(beforeMs, nowMs, harm);
  return isSlower ? { how: "slow", ...changes(nowMs) } : null;
};

/** Bound of harm that the hypothesis allows an edge on the path: the loosest of the expectations. */
export interface Bound {
  readonly errors: number;
  /** null: no expectation says. */
  readonly withinMs: number | null;
}
/**
 * Harm as of `harmOf`, less the harm that the hypothesis allows on the path. Live pages and journals read afterwards
 * both use this function, so that a gateway that answers later and in time is not damaged on the pages and count as
 * contained in the journal.
 */
export const harmBeyond = (
  before: EdgeTraffic,
  now: EdgeTraffic,
  harm: Limits["harm"],
  bound: Bound | undefined,
): Harm | null => {
  const found = harmOf(before, now, { ...harm, errors: bound?.errors ?? harm.errors });
  if (found?.how !== "slow" || bound === undefined) return found;
  return found.p95Ms.now <= (bound.withinMs ?? Number.POSITIVE_INFINITY) ? null : found;
};
