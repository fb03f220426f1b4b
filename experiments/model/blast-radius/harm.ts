/** Whether an edge is worse than it was in the run's own baseline: what counts as suffering (`limits.harm`). */
import type { Limits } from "../experiment.ts";

/** What passed an edge in a span of time, over all its agents. */
export interface EdgeTraffic {
  /** Exchanges that ended. */
  readonly exchanges: number;
  /** Of those: no answer, or one of 5xx, or given up by the caller; TCP: no clean end. */
  readonly failed: number;
  /** Of those that failed: no answer at all. */
  readonly unanswered: number;
  /** Exchanges that ended, a second. */
  readonly perSecond: number;
  /** null: none ended, or nobody measured. */
  readonly p95Ms: number | null;
  /** Under way at the end of the span. */
  readonly open: number;
}
export interface BeforeAfter {
  readonly before: number;
  readonly now: number;
}
export interface Harm {
  /** `failing`: more errors. `slow`: a longer p95. `quiet`: hardly anything is sent any more. The first that is so. */
  readonly how: "failing" | "slow" | "quiet";
  /** Share of exchanges that failed, and of those without an answer; 0 where none ended. */
  readonly errors: BeforeAfter;
  readonly unanswered: BeforeAfter;
  /** 0 where none ended. */
  readonly p95Ms: BeforeAfter;
  readonly perSecond: BeforeAfter;
}

/** Of fewer exchanges a share or a p95 says more about chance than about the edge. */
const FEWEST = 10;
/** One failed exchange happens to everybody. */
const FEWEST_FAILED = 2;
/** From 8 ms to 25 ms is three times as long, and nobody suffers: a machine that is busy for a moment does that alone. */
const SLOWER_BY_MS = 25;
/** Below one a second, a window of seconds in which nothing came is chance. */
const QUIETABLE_PER_SECOND = 1;
/** What is left of the rate when hardly anything is sent: a wave of load is no such thing. */
const QUIET_SHARE = 0.2;

const share = (of: number, exchanges: number): number => (exchanges === 0 ? 0 : of / exchanges);

/** Whether enough passed to say how an edge does. */
export const isMeasured = ({ exchanges }: EdgeTraffic): boolean => exchanges >= FEWEST;

const hasMoreErrors = (before: EdgeTraffic, now: EdgeTraffic, { errors }: Limits["harm"]): boolean =>
  now.failed >= FEWEST_FAILED && share(now.failed, now.exchanges) > share(before.failed, before.exchanges) + errors;
const isLonger = (beforeMs: number, nowMs: number, { p95 }: Limits["harm"]): boolean =>
  nowMs > p95 * beforeMs && nowMs >= beforeMs + SLOWER_BY_MS;
const hasFallenSilent = (before: EdgeTraffic, now: EdgeTraffic): boolean =>
  before.perSecond >= QUIETABLE_PER_SECOND && now.perSecond < QUIET_SHARE * before.perSecond;
/**
 * Where hardly anything ends any more but ever more is under way, it is asked and does not answer. What waits at the rate
 * of the baseline has waited for at least so long: it is all that is known until the first of them ends.
 */
const waitedMs = (before: EdgeTraffic, now: EdgeTraffic): number =>
  (1_000 * Math.max(0, now.open - before.open)) / before.perSecond;

/** null: it is no worse, or there is too little to say so. */
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

/** What the hypothesis lets an edge on its way suffer, where it judges: the loosest of its expectations. */
export interface Bound {
  readonly errors: number;
  /** null: no expectation says. */
  readonly withinMs: number | null;
}
/**
 * As `harmOf`, less what the hypothesis allows where it judges: pages as it happens and journals afterwards both ask here, so that
 * a gateway that answers later and in time is no service that suffers in the first and contained in the second.
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
