/** Last report of an agent process on an edge, and the second that the next report belongs to. */
import type { EdgeCount, RefusalCount } from "../../agent/contract/index.ts";
import type { ExchangeCounts } from "./exchange-history.ts";

/** Counts of an edge over both groups, cumulative since the agent began. */
export interface EdgeSums extends ExchangeCounts {
  /** Exchanges under way. */
  readonly open: number;
  readonly refused: readonly RefusalCount[];
  /** Open connections by endpoint; null: the agent reports none. */
  readonly connections: Readonly<Record<string, number>> | null;
}
export interface EdgeReport extends EdgeSums {
  readonly second: number;
  readonly atMs: number;
}

/** Longest delay of a pulse after the end of a second; after that delay the second is complete. */
export const LATE_MS = 500;
/**
 * Least offset of an agent's first pulse in a second: a pulse that comes a little early still belongs to the next
 * second.
 */
const EARLY_MS = 250;
/**
 * Second that a report belongs to. An agent reports once a second, and reports belong to consecutive seconds, as long
 * as they come at about that rate. Assigned by the clock alone, a report near the turn of a second would count double
 * in a second and be missing in the next.
 */
export const secondOf = (nowMs: number, before: EdgeReport | undefined): number => {
  if (before !== undefined) {
    const afterMs = nowMs - (before.second + 1) * 1_000;
    if (afterMs >= 0 && afterMs < 1_000 + LATE_MS) return before.second + 1;
  }
  return Math.max(0, Math.floor((nowMs - EARLY_MS) / 1_000));
};
/** Last second whose reports are complete. */
export const lastWholeSecond = (nowMs: number): number => Math.floor((nowMs - LATE_MS) / 1_000) - 1;

/** Sum of both groups of an edge, without latencies. */
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
/** Increase since the last report, never below 0: an edge that became another edge counts from 0 again. */
export const deltaSince = (before: ExchangeCounts, now: ExchangeCounts): ExchangeCounts => ({
  exchanges: Math.max(0, now.exchanges - before.exchanges),
  failed: Math.max(0, now.failed - before.failed),
  unanswered: Math.max(0, now.unanswered - before.unanswered),
  cancelled: Math.max(0, now.cancelled - before.cancelled),
  treated: Math.max(0, now.treated - before.treated),
});
/** Refusals since the last report, by code. An agent's first report is where counting begins. */
export const refusalsSince = (before: EdgeReport | undefined, now: EdgeReport): readonly RefusalCount[] =>
  now.refused.flatMap(({ code, count }) => {
    const known = before === undefined ? count : (before.refused.find((each) => each.code === code)?.count ?? 0);
    return count > known ? [{ code, count: count - known }] : [];
  });
/** Splits counts over `parts` seconds, in whole numbers that add up to the given counts. */
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
