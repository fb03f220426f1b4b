/** Exchanges per edge over a sliding window, from the cumulative counts in the agents' pulses. */
import type { EdgeCount } from "../../agent/contract/index.ts";
import type { Boot, EdgeId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";

/** The longest window that can be asked for: what is older is let go. */
const LONGEST_WINDOW_MS = 10 * 60_000;
/** What comes within such a time is one entry: thousands of agents tell of one edge each second. */
const SLOT_MS = 100;

/** What was told in one slot of time, over all agents. */
interface Slot {
  readonly beganMs: number;
  /** Of the last that was told in it. */
  atMs: number;
  exchanges: number;
}
interface Edge {
  /** Rising. */
  readonly slots: Slot[];
  /** Since each boot began, treated and untreated together, as last told. */
  readonly told: Map<Boot, number>;
}
export interface EdgeCounts {
  heard(boot: Boot, counts: readonly EdgeCount[]): void;
  /** An agent that will not come back. */
  forget(boot: Boot): void;
  /** Exchanges that ended on the edge in the last `windowMs`, over all agents; null: no agent told of it twice. */
  over(edge: EdgeId, windowMs: number): number | null;
}

export const edgeCounts = (clock: Clock): EdgeCounts => {
  const edges = new Map<EdgeId, Edge>();
  const edgeOf = (id: EdgeId): Edge => {
    const edge = edges.get(id) ?? { slots: [], told: new Map() };
    edges.set(id, edge);
    return edge;
  };
  const add = ({ slots, told }: Edge, boot: Boot, exchanges: number) => {
    const nowMs = clock.nowMs();
    const before = told.get(boot);
    told.set(boot, exchanges);
    // What an agent counted before it was first heard is not ours; nor is there anything below nothing.
    if (before === undefined) return;
    const news = Math.max(0, exchanges - before);
    const last = slots.at(-1);
    if (last !== undefined && nowMs - last.beganMs < SLOT_MS) {
      last.atMs = nowMs;
      last.exchanges += news;
    } else slots.push({ beganMs: nowMs, atMs: nowMs, exchanges: news });
    while (slots.length > 0 && nowMs - slots[0]!.atMs > LONGEST_WINDOW_MS) slots.shift();
  };
  return {
    heard(boot, counts) {
      const sums = new Map<EdgeId, number>();
      for (const { edge, exchanges } of counts) sums.set(edge, (sums.get(edge) ?? 0) + exchanges);
      for (const [edge, exchanges] of sums) add(edgeOf(edge), boot, exchanges);
    },
    forget(boot) {
      for (const { told } of edges.values()) told.delete(boot);
    },
    over(id, windowMs) {
      const sinceMs = clock.nowMs() - windowMs;
      const slots = (edges.get(id)?.slots ?? []).filter(({ atMs }) => atMs >= sinceMs);
      return slots.length === 0 ? null : slots.reduce((sum, { exchanges }) => sum + exchanges, 0);
    },
  };
};
