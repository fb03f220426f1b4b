/** What one agent process told of one edge last, and which second its next word is of. */
import type { EdgeCount } from "../../agent/contract/index.ts";
import type { Counted } from "./seconds.ts";

/** Cumulative since the agent began. */
export interface Told extends Counted {
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
export const secondOf = (nowMs: number, before: Told | undefined): number => {
  if (before !== undefined) {
    const afterMs = nowMs - (before.second + 1) * 1_000;
    if (afterMs >= 0 && afterMs < 1_000 + LATE_MS) return before.second + 1;
  }
  return Math.max(0, Math.floor((nowMs - EARLY_MS) / 1_000));
};
/** The last second of which everything is told. */
export const lastWhole = (nowMs: number): number => Math.floor((nowMs - LATE_MS) / 1_000) - 1;

/** Both groups of an edge as one, without its latencies. */
export const cumulative = (counts: readonly EdgeCount[]): Counted & { readonly open: number } => {
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
export const newsSince = (before: Counted, now: Counted): Counted => ({
  exchanges: Math.max(0, now.exchanges - before.exchanges),
  failed: Math.max(0, now.failed - before.failed),
  unanswered: Math.max(0, now.unanswered - before.unanswered),
  cancelled: Math.max(0, now.cancelled - before.cancelled),
  treated: Math.max(0, now.treated - before.treated),
});
/** The part of each of `parts` seconds, whole numbers that add up to all of it. */
export const split = (news: Counted, parts: number): readonly Counted[] => {
  if (parts === 1) return [news];
  const part = (all: number, i: number) => Math.floor((all * (i + 1)) / parts) - Math.floor((all * i) / parts);
  return Array.from({ length: parts }, (_, i) => ({
    exchanges: part(news.exchanges, i),
    failed: part(news.failed, i),
    unanswered: part(news.unanswered, i),
    cancelled: part(news.cancelled, i),
    treated: part(news.treated, i),
  }));
};
