/** Last report of one agent process on one edge, and the second that its next report belongs to. */
import type { EdgeCount } from "../../agent/contract/index.ts";
import type { ExchangeCounts } from "./exchange-history.ts";

/** Cumulative since the agent began. */
export interface EdgeReport extends ExchangeCounts {
  readonly second: number;
  readonly atMs: number;
  /** Exchanges under way. */
  readonly open: number;
}

/** A pulse may come so long after its second is over; then the second is whole. */
export const LATE_MS = 500;
/** How far into its second an agent's first pulse lies at least: one that comes a little early is still of the next second. */
const EARLY_MS = 250;
/**
 * An agent tells once a second. Its words are of one second after the other, as long as they come about then: cut by the
 * clock alone, one that comes close to the turn of a second would count double in one and be missing in the next.
 */
export const secondOf = (nowMs: number, before: EdgeReport | undefined): number => {
  if (before !== undefined) {
    const afterMs = nowMs - (before.second + 1) * 1_000;
    if (afterMs >= 0 && afterMs < 1_000 + LATE_MS) return before.second + 1;
  }
  return Math.max(0, Math.floor((nowMs - EARLY_MS) / 1_000));
};
/** The last second of which everything is told. */
export const lastWholeSecond = (nowMs: number): number => Math.floor((nowMs - LATE_MS) / 1_000) - 1;

/** Both groups of an edge as one, without its latencies. */
export const sumGroups = (counts: readonly EdgeCount[]): ExchangeCounts & { readonly open: number } => {
  const sum = { exchanges: 0, failed: 0, unanswered: 0, cancelled: 0, treated: 0, open: 0 };
  for (const { group, exchanges, byClass, open, cancelled = 0 } of counts) {
    const [none = 0, , , , , fifth = 0] = byClass;
    sum.exchanges += exchanges;
    sum.failed += none + fifth;
    sum.unanswered += none;
    sum.cancelled += cancelled;
    sum.treated += group === "treated" ? exchanges : 0;
    sum.open += open;
  }
  return sum;
};
/** Never below nothing: an edge that became another one counts from 0 again. */
export const deltaSince = (before: ExchangeCounts, now: ExchangeCounts): ExchangeCounts => ({
  exchanges: Math.max(0, now.exchanges - before.exchanges),
  failed: Math.max(0, now.failed - before.failed),
  unanswered: Math.max(0, now.unanswered - before.unanswered),
  cancelled: Math.max(0, now.cancelled - before.cancelled),
  treated: Math.max(0, now.treated - before.treated),
});
/** The part of each of `parts` seconds, whole numbers that add up to all of it. */
export const splitEvenly = (counts: ExchangeCounts, parts: number): readonly ExchangeCounts[] => {
  if (parts === 1) return [counts];
  const part = (all: number, i: number) => Math.floor((all * (i + 1)) / parts) - Math.floor((all * i) / parts);
  return Array.from({ length: parts }, (_, i) => ({
    exchanges: part(counts.exchanges, i),
    failed: part(counts.failed, i),
    unanswered: part(counts.unanswered, i),
    cancelled: part(counts.cancelled, i),
    treated: part(counts.treated, i),
  }));
};
