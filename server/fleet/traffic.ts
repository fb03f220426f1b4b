/** Exchanges per edge over a sliding window, from the cumulative counts in the agents' pulses. */
import type { EdgeCount } from "../../agent/contract/index.ts";
import type { Boot, EdgeId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";

/** The longest window that can be asked for: looks older than this are let go. */
const LONGEST_WINDOW_MS = 10 * 60_000;

interface Look {
  readonly atMs: number;
  /** Since this boot began, treated and untreated together. */
  readonly exchanges: number;
}
export interface EdgeCounts {
  heard(boot: Boot, counts: readonly EdgeCount[]): void;
  /** Exchanges that ended on the edge in the last `windowMs`, over all agents; null: no agent told of it twice. */
  over(edge: EdgeId, windowMs: number): number | null;
}

export const edgeCounts = (clock: Clock): EdgeCounts => {
  const looks = new Map<EdgeId, Map<Boot, Look[]>>();
  const add = (edge: EdgeId, boot: Boot, exchanges: number) => {
    const boots = looks.get(edge) ?? new Map<Boot, Look[]>();
    looks.set(edge, boots);
    const nowMs = clock.nowMs();
    const kept = (boots.get(boot) ?? []).filter(({ atMs }) => nowMs - atMs <= LONGEST_WINDOW_MS);
    boots.set(boot, [...kept, { atMs: nowMs, exchanges }]);
  };
  return {
    heard(boot, counts) {
      const sums = new Map<EdgeId, number>();
      for (const { edge, exchanges } of counts) sums.set(edge, (sums.get(edge) ?? 0) + exchanges);
      for (const [edge, exchanges] of sums) add(edge, boot, exchanges);
    },
    over(edge, windowMs) {
      const sinceMs = clock.nowMs() - windowMs;
      let total: number | null = null;
      for (const list of looks.get(edge)?.values() ?? []) {
        const newest = list.at(-1);
        if (newest === undefined || newest.atMs < sinceMs) continue;
        // From the last look before the window, or the oldest there is: what an agent counted before it came is not ours.
        const from = list.findLast(({ atMs }) => atMs < sinceMs) ?? list[0]!;
        if (from !== newest) total = (total ?? 0) + newest.exchanges - from.exchanges;
      }
      return total;
    },
  };
};
