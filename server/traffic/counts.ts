/** What passes each edge, from the cumulative counts in the agents' pulses. */
import { type EdgeCount, LEASE_MS } from "../../agent/contract/index.ts";
import type { EdgeTraffic } from "../../experiments/model/blast-radius/harm.ts";
import type { Boot, EdgeId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { CellCounts } from "./cells.ts";
import { readLatencies } from "./histogram.ts";
import { Recent } from "./recent.ts";
import { type Counted, Seconds, type Summed } from "./seconds.ts";
import { cumulative, lastWhole, newsSince, secondOf, split, type Told } from "./told.ts";

/** What an agent counted while nobody heard it for so long belongs to no second any more. */
const SILENT_MS = 3 * LEASE_MS;
/** Over how many whole seconds harm is judged. */
const JUDGED_SECONDS = 5;

/** What one agent newly told of one edge. */
export interface News {
  readonly edge: EdgeId;
  readonly counted: Counted;
  readonly latencies: CellCounts;
  /** The pulse came so late that it tells of several seconds. */
  readonly isLate: boolean;
}
export interface Listener {
  /** Whether latencies are to be read: it costs, so that nobody does unless somebody looks. */
  readonly wantsLatencies: () => boolean;
  readonly heard: (news: readonly News[]) => void;
}
/** All that agents count while they are known, also what comes after a silence and belongs to no second any more. */
export type Totaller = (edge: EdgeId, counted: Counted) => void;
interface Edge {
  readonly seconds: Seconds;
  /** Made with the first latencies that are read. */
  recent: Recent | null;
  readonly told: Map<Boot, Told>;
}

export class EdgeCounts {
  readonly #clock: Clock;
  readonly #edges = new Map<EdgeId, Edge>();
  readonly #listeners = new Set<Listener>();
  readonly #total: Totaller;

  constructor(clock: Clock, total: Totaller = () => {}) {
    this.#clock = clock;
    this.#total = total;
  }
  /** Calls with what is heard until the answer is called. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  heard(boot: Boot, counts: readonly EdgeCount[]): void {
    const isRead = [...this.#listeners].some(({ wantsLatencies }) => wantsLatencies());
    const byEdge = new Map<EdgeId, EdgeCount[]>();
    for (const count of counts) {
      const same = byEdge.get(count.edge);
      if (same === undefined) byEdge.set(count.edge, [count]);
      else same.push(count);
    }
    const news = [...byEdge].flatMap(([edge, groups]) => this.#hear(boot, edge, groups, isRead) ?? []);
    for (const { heard } of this.#listeners) heard(news);
  }
  /** null: no news. What an agent counted before it was first heard is not ours. */
  #hear(boot: Boot, id: EdgeId, groups: readonly EdgeCount[], isRead: boolean): News | null {
    const nowMs = this.#clock.nowMs();
    const edge = this.#edgeOf(id);
    const before = edge.told.get(boot);
    const second = secondOf(nowMs, before);
    const now: Told = { ...cumulative(groups), second, atMs: nowMs };
    edge.told.set(boot, now);
    // An agent's first word is where its counting begins: so the total of an edge shows as 0 before anything passes it.
    const counted = newsSince(before ?? now, now);
    this.#total(id, counted);
    if (before === undefined || nowMs - before.atMs > SILENT_MS) return null;
    // Pulses that were held up tell of the seconds before, too.
    const parts = split(counted, Math.max(1, second - before.second));
    for (const [i, part] of parts.entries()) edge.seconds.add(second - parts.length + 1 + i, part);
    const latencies: number[] = [];
    if (isRead) for (const group of groups) readLatencies(group.latencies, latencies);
    if (latencies.length > 0) this.#time(edge, second, latencies);
    return { edge: id, counted, latencies, isLate: parts.length > 1 };
  }
  #edgeOf(id: EdgeId): Edge {
    const edge = this.#edges.get(id) ?? { seconds: new Seconds(), recent: null, told: new Map() };
    this.#edges.set(id, edge);
    return edge;
  }
  #time(edge: Edge, second: number, latencies: CellCounts): void {
    edge.recent ??= new Recent();
    const { recent, seconds } = edge;
    recent.add(second, latencies);
    seconds.setLatencies(second, recent.quantileMsIn(second, 0.5), recent.quantileMsIn(second, 0.99));
  }
  /** An agent that will not come back. */
  forget(boot: Boot): void {
    for (const [id, { told }] of this.#edges) if (told.delete(boot) && told.size === 0) this.#edges.delete(id);
  }

  // -- reading ---------------------------------------------------------------------------------------------------------

  /**
   * Exchanges that ended on each edge in the last `windowMs`, at most ten minutes, over all agents; null: none told of it
   * twice. Agents tell at moments of their own, and one that stalls tells late: all edges are counted over the same seconds, the
   * last of which every agent that was heard within a lease has told. By the clock alone two windows of 5 s would differ by a
   * fifth.
   */
  over(ids: readonly EdgeId[], windowMs: number): readonly (number | null)[] {
    const nowMs = this.#clock.nowMs();
    const told = ids
      .flatMap((id) => [...(this.#edges.get(id)?.told.values() ?? [])])
      .filter(({ atMs }) => atMs >= nowMs - LEASE_MS);
    const last = Math.min(Math.floor(nowMs / 1_000), ...told.map(({ second }) => second));
    return ids.map((id) => {
      const { exchanges, seconds } = this.#sum(id, last - Math.ceil(windowMs / 1_000) + 1, last);
      return seconds === 0 ? null : exchanges;
    });
  }
  /** What ended in the whole seconds between two moments of the server clock, as far back as it is kept. */
  between(id: EdgeId, fromMs: number, toMs: number): Summed {
    return this.#sum(id, Math.ceil(fromMs / 1_000), Math.floor(toMs / 1_000) - 1);
  }
  #sum(id: EdgeId, from: number, to: number): Summed {
    const nothing = { exchanges: 0, failed: 0, unanswered: 0, cancelled: 0, treated: 0, seconds: 0 };
    return this.#edges.get(id)?.seconds.sum(Math.max(0, from), to) ?? nothing;
  }
  /** Edges of which an agent has told within a lease. */
  watched(): EdgeId[] {
    const sinceMs = this.#clock.nowMs() - LEASE_MS;
    return [...this.#edges].flatMap(([id, { told }]) =>
      [...told.values()].some(({ atMs }) => atMs >= sinceMs) ? [id] : [],
    );
  }
  /** Over so many whole seconds that ended last. */
  lately(id: EdgeId, seconds: number): Summed {
    const last = lastWhole(this.#clock.nowMs());
    return this.#sum(id, last - seconds + 1, last);
  }
  /** Exchanges under way. */
  open(id: EdgeId): number {
    const sinceMs = this.#clock.nowMs() - LEASE_MS;
    let open = 0;
    for (const told of this.#edges.get(id)?.told.values() ?? []) if (told.atMs >= sinceMs) open += told.open;
    return open;
  }
  /** Latency, ms, over the last seconds; null: nothing ended, or nobody looked. */
  quantileMs(id: EdgeId, share: number): number | null {
    const recent = this.#edges.get(id)?.recent;
    if (recent === null || recent === undefined) return null;
    recent.advance(Math.floor(this.#clock.nowMs() / 1_000));
    return recent.quantileMs(share);
  }
  /** As harm is judged by it; null: no agent tells of this edge. */
  passed(id: EdgeId): EdgeTraffic | null {
    const { seconds, exchanges, failed, unanswered } = this.lately(id, JUDGED_SECONDS);
    if (seconds === 0) return null;
    const rest = { perSecond: exchanges / seconds, p95Ms: this.quantileMs(id, 0.95), open: this.open(id) };
    return { exchanges, failed, unanswered, ...rest };
  }
  /** Of each of so many whole seconds that ended last, oldest first; those of which nobody told are left out. */
  seconds(
    id: EdgeId,
    count: number,
  ): { readonly startMs: number; readonly passed: NonNullable<ReturnType<Seconds["at"]>> }[] {
    const last = lastWhole(this.#clock.nowMs());
    const { seconds } = this.#edges.get(id) ?? {};
    return Array.from({ length: count }, (_, i) => last - count + 1 + i).flatMap((second) => {
      const passed = second < 0 ? null : (seconds?.at(second) ?? null);
      return passed === null ? [] : [{ startMs: second * 1_000, passed }];
    });
  }
}
