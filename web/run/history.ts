/** A journal as it grows, and the run as it stood after any part of it: each record is folded once, and looking back folds few again. */
import type { JournalRecord } from "../../experiments/model/journal.ts";
import { type Folded, foldRecord } from "./fold.ts";
import { type TimelineEvent, timelineEventsOf } from "./timeline-events.ts";

export interface History {
  add(record: JournalRecord): void;
  /** It grows: whoever shows it notes how long it was. */
  readonly records: readonly JournalRecord[];
  /** What is worth a tick, in order. Grows likewise. */
  readonly moments: readonly TimelineEvent[];
  /** How many records there were at a run time, ms. */
  countAt(atMs: number): number;
  /** Wall time of a run time, Unix ms, by the last record before it; 0: there is none. */
  wallAt(atMs: number): number;
  /** The run after so many records; null: not even the first one. */
  after(count: number): Folded | null;
}
/** A fold is kept after so many records. States share what did not change, so that keeping one costs little. */
const KEPT_EVERY = 64;

export const openHistory = (): History => {
  const records: JournalRecord[] = [];
  const moments: TimelineEvent[] = [];
  /** Run time of each record. It never falls. */
  const times: number[] = [];
  /** After 64, 128, … records. */
  const kept: (Folded | null)[] = [];
  let latest: Folded | null = null;
  /** Where somebody looked last: who plays a run looks a little further each time. */
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
