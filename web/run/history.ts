/**
 * Growing journal, with the state of the run after any part of the journal: each record is folded once, and looking
 * back folds only a few records again.
 */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import { type Folded, foldRecord } from "./fold.ts";
import { type TimelineEvent, timelineEventsOf } from "./timeline-events.ts";

export interface History {
  add(record: JournalRecord): void;
  /** Records so far. The array grows in place: components compare the length. */
  readonly records: readonly JournalRecord[];
  /** Moments that get a tick on the timeline, in order. This array grows in place too. */
  readonly moments: readonly TimelineEvent[];
  /** Number of records up to a run time, ms. */
  countAt(atMs: number): number;
  /** Wall time of a run time, Unix ms, from the last record before; 0: no record. */
  wallAt(atMs: number): number;
  /** State of the run after `count` records; null: before the first record. */
  after(count: number): Folded | null;
}
/** Interval of kept folds, in records. States share unchanged parts, so that keeping a state costs little. */
const KEPT_EVERY = 64;

export const openHistory = (): History => {
  const records: JournalRecord[] = [];
  const moments: TimelineEvent[] = [];
  /** Run time of each record, never falling. */
  const times: number[] = [];
  /** After 64, 128, … records. */
  const kept: (Folded | null)[] = [];
  let latest: Folded | null = null;
  /** Last requested state: while a run is played, each request reaches a little further. */
  let recalled: { readonly count: number; readonly folded: Folded | null } = { count: 0, folded: null };

  const nearest = (count: number): typeof recalled => {
    const keeps = Math.floor(count / KEPT_EVERY);
    const before = { count: keeps * KEPT_EVERY, folded: kept[keeps - 1] ?? null };
    return recalled.count <= count && recalled.count > before.count ? recalled : before;
  };
  return {
    records,
    moments,
    add(record) {
      const before = latest;
      latest = foldRecord(before, record);
      records.push(record);
      times.push(latest?.run.atMs ?? 0);
      if (before !== null && latest !== null) moments.push(...timelineEventsOf(before.run, latest.run, record));
      if (records.length % KEPT_EVERY === 0) kept.push(latest);
    },
    countAt(atMs) {
      let [low, high] = [0, times.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle]! <= atMs) low = middle + 1;
        else high = middle;
      }
      return low;
    },
    wallAt(atMs) {
      const last = Math.max(0, this.countAt(atMs) - 1);
      const record = records[last];
      return record === undefined ? 0 : record.wallMs + Math.max(0, atMs - times[last]!);
    },
    after(count) {
      if (count >= records.length) return latest;
      const from = nearest(count);
      const folded = records.slice(from.count, count).reduce(foldRecord, from.folded);
      recalled = { count, folded };
      return folded;
    },
  };
};
