/** Traffic of each edge, from the cumulative counts in the agents' pulses. */
import { type EdgeCount, LEASE_MS } from "../../agent/contract/index.ts";
import type { EdgeTraffic } from "../../experiments/model/blast-radius/harm.ts";
import type { AgentBoot, EdgeId } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import {
  deltaSince,
  type EdgeReport,
  type EdgeSums,
  lastWholeSecond,
  refusalsSince,
  secondOf,
  splitEvenly,
  sumGroups,
} from "./edge-report.ts";
import { type ExchangeCounts, ExchangeHistory, type ExchangeSums } from "./exchange-history.ts";
import { readLatencies } from "./histogram.ts";
import type { LatencyCells } from "./latency-cells.ts";
import { LatencyWindow } from "./latency-window.ts";

/** Silence after which an agent's counts belong to no second any more. */
const SILENT_MS = 3 * LEASE_MS;
/** Whole seconds over which harm is judged. */
const JUDGED_SECONDS = 5;

/** Exchanges of an edge that an agent reported since the agent's last pulse. */
export interface EdgeDelta {
  readonly edge: EdgeId;
  readonly counts: ExchangeCounts;
  readonly latencies: LatencyCells;
  /** True if the pulse came so late that it covers several seconds. */
  readonly isLate: boolean;
}
export interface EdgeCountsListener {
  /** True if latencies are to be read, which is costly and so done only for an interested listener. */
  readonly wantsLatencies: () => boolean;
  readonly onDeltas: (deltas: readonly EdgeDelta[]) => void;
}
/**
 * Listener for all exchanges that known agents count, including exchanges that follow a silence and belong to no second
 * any more.
 */
export type EdgeTotalsListener = (edge: EdgeId, counts: ExchangeCounts) => void;
/** Listener for what agents refused themselves, by the code of the refusal. */
export type RefusalsListener = (edge: EdgeId, code: string, count: number) => void;
interface CountedEdge {
  readonly history: ExchangeHistory;
  /** Latencies of the last seconds; made with the first latencies that are read. */
  recent: LatencyWindow | null;
  readonly reports: Map<AgentBoot, EdgeReport>;
}

export class EdgeCounts {
  readonly #clock: Clock;
  readonly #edges = new Map<EdgeId, CountedEdge>();
  readonly #listeners = new Set<EdgeCountsListener>();
  readonly #total: EdgeTotalsListener;
  readonly #refused: RefusalsListener;

  constructor(clock: Clock, total: EdgeTotalsListener = () => {}, refused: RefusalsListener = () => {}) {
    this.#clock = clock;
    this.#total = total;
    this.#refused = refused;
  }
  /** Calls the listener with each pulse's deltas until the returned function is called. */
  listen(listener: EdgeCountsListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }
  /** Takes the counts of a pulse. `unchanged`: edges that the pulse leaves out, as their counts are as before. */
  receive(boot: AgentBoot, counts: readonly EdgeCount[], unchanged: readonly EdgeId[] = []): void {
    const isRead = [...this.#listeners].some(({ wantsLatencies }) => wantsLatencies());
    const byEdge = new Map<EdgeId, EdgeCount[]>();
    for (const count of counts) {
      const same = byEdge.get(count.edge);
      if (same === undefined) byEdge.set(count.edge, [count]);
      else same.push(count);
    }
    const changed = [...byEdge].flatMap(([edge, groups]) => this.#receiveEdge(boot, edge, groups, isRead) ?? []);
    const same = unchanged.flatMap((edge) => this.#repeatEdge(boot, edge) ?? []);
    const deltas = [...changed, ...same];
    for (const { onDeltas } of this.#listeners) onDeltas(deltas);
  }
  /** Takes an agent's last counts of an edge once more; null: no delta. */
  #repeatEdge(boot: AgentBoot, id: EdgeId): EdgeDelta | null {
    const before = this.#edges.get(id)?.reports.get(boot);
    return before === undefined ? null : this.#take(boot, id, before, []);
  }
  /**
   * Takes an agent's counts of an edge; null: no delta. Counts from before the agent's first report are not this
   * server's.
   */
  #receiveEdge(boot: AgentBoot, id: EdgeId, groups: readonly EdgeCount[], isRead: boolean): EdgeDelta | null {
    const refused = groups.flatMap((group) => group.refused ?? []);
    const connections = groups.find((group) => group.connections !== undefined)?.connections ?? null;
    const latencies: number[] = [];
    if (isRead) for (const group of groups) readLatencies(group.latencies, latencies);
    return this.#take(boot, id, { ...sumGroups(groups), refused, connections }, latencies);
  }
  #take(boot: AgentBoot, id: EdgeId, sums: EdgeSums, latencies: LatencyCells): EdgeDelta | null {
    const nowMs = this.#clock.nowMs();
    const edge = this.#edgeOf(id);
    const before = edge.reports.get(boot);
    const second = secondOf(nowMs, before);
    const now: EdgeReport = { ...sums, second, atMs: nowMs };
    edge.reports.set(boot, now);
    // An agent's first report is where counting begins: so an edge's total shows as 0 before any exchange passes.
    const counts = deltaSince(before ?? now, now);
    this.#total(id, counts);
    for (const { code, count } of refusalsSince(before, now)) this.#refused(id, code, count);
    if (before === undefined || nowMs - before.atMs > SILENT_MS) return null;
    // Pulses that were delayed cover the seconds before, too.
    const parts = splitEvenly(counts, Math.max(1, second - before.second));
    for (const [i, part] of parts.entries()) edge.history.add(second - parts.length + 1 + i, part);
    if (latencies.length > 0) this.#time(edge, second, latencies);
    return { edge: id, counts, latencies, isLate: parts.length > 1 };
  }
  #edgeOf(id: EdgeId): CountedEdge {
    const edge = this.#edges.get(id) ?? { history: new ExchangeHistory(), recent: null, reports: new Map() };
    this.#edges.set(id, edge);
    return edge;
  }
  #time(edge: CountedEdge, second: number, latencies: LatencyCells): void {
    edge.recent ??= new LatencyWindow();
    const { recent, history } = edge;
    recent.add(second, latencies);
    history.setLatencies(second, recent.quantileMsIn(second, 0.5), recent.quantileMsIn(second, 0.99));
  }
  /** Forgets an agent that will not come back. */
  forget(boot: AgentBoot): void {
    for (const [id, { reports }] of this.#edges) if (reports.delete(boot) && reports.size === 0) this.#edges.delete(id);
  }

  // -- reading ---------------------------------------------------------------------------------------------------------

  /**
   * Open connections of an edge by endpoint, over these agents; null: an agent does not report connections, or was
   * silent for longer than a lease.
   */
  connectionsOn(id: EdgeId, boots: readonly AgentBoot[]): ReadonlyMap<string, number> | null {
    const sums = new Map<string, number>();
    for (const boot of boots) {
      const report = this.#edges.get(id)?.reports.get(boot);
      if (report === undefined || report.connections === null) return null;
      if (this.#clock.nowMs() - report.atMs > LEASE_MS) return null;
      for (const [address, count] of Object.entries(report.connections))
        sums.set(address, (sums.get(address) ?? 0) + count);
    }
    return sums;
  }
  /**
   * Exchanges that ended on each edge in the last `windowMs`, at most ten minutes, over all agents; null: no agent
   * reported the edge twice. Agents report at moments of their own, and a stalled agent reports late: all edges are
   * counted over the same seconds, up to the last second that every agent heard within a lease has reported. By the
   * clock alone two windows of 5 s would differ by a fifth.
   */
  countOver(ids: readonly EdgeId[], windowMs: number): readonly (number | null)[] {
    const nowMs = this.#clock.nowMs();
    const reports = ids
      .flatMap((id) => [...(this.#edges.get(id)?.reports.values() ?? [])])
      .filter(({ atMs }) => atMs >= nowMs - LEASE_MS);
    const last = Math.min(Math.floor(nowMs / 1_000), ...reports.map(({ second }) => second));
    return ids.map((id) => {
      const { exchanges, seconds } = this.#sum(id, last - Math.ceil(windowMs / 1_000) + 1, last);
      return seconds === 0 ? null : exchanges;
    });
  }
  /**
   * Exchanges that ended in the whole seconds between two moments of the server clock, as far back as the history
   * reaches.
   */
  sumBetween(id: EdgeId, fromMs: number, toMs: number): ExchangeSums {
    return this.#sum(id, Math.ceil(fromMs / 1_000), Math.floor(toMs / 1_000) - 1);
  }
  #sum(id: EdgeId, from: number, to: number): ExchangeSums {
    const nothing = { exchanges: 0, failed: 0, unanswered: 0, cancelled: 0, treated: 0, seconds: 0 };
    return this.#edges.get(id)?.history.sum(Math.max(0, from), to) ?? nothing;
  }
  /** Edges that an agent has reported within a lease. */
  reportedEdges(): EdgeId[] {
    const sinceMs = this.#clock.nowMs() - LEASE_MS;
    return [...this.#edges].flatMap(([id, { reports }]) =>
      [...reports.values()].some(({ atMs }) => atMs >= sinceMs) ? [id] : [],
    );
  }
  /** Sums over the last `seconds` whole seconds. */
  sumLast(id: EdgeId, seconds: number): ExchangeSums {
    const last = lastWholeSecond(this.#clock.nowMs());
    return this.#sum(id, last - seconds + 1, last);
  }
  /** Number of exchanges under way. */
  open(id: EdgeId): number {
    const sinceMs = this.#clock.nowMs() - LEASE_MS;
    let open = 0;
    for (const report of this.#edges.get(id)?.reports.values() ?? []) if (report.atMs >= sinceMs) open += report.open;
    return open;
  }
  /** Latency, ms, over the last seconds; null: no exchange ended, or no listener wanted latencies. */
  quantileMs(id: EdgeId, share: number): number | null {
    const recent = this.#edges.get(id)?.recent;
    if (recent === null || recent === undefined) return null;
    recent.advance(Math.floor(this.#clock.nowMs() / 1_000));
    return recent.quantileMs(share);
  }
  /** Recent traffic for judging harm; null: no agent reports this edge. */
  recentTraffic(id: EdgeId): EdgeTraffic | null {
    const { seconds, exchanges, failed, unanswered } = this.sumLast(id, JUDGED_SECONDS);
    if (seconds === 0) return null;
    const rest = { perSecond: exchanges / seconds, p95Ms: this.quantileMs(id, 0.95), open: this.open(id) };
    return { exchanges, failed, unanswered, ...rest };
  }
  /** Last `count` whole seconds, oldest first; seconds without a report are left out. */
  lastSeconds(
    id: EdgeId,
    count: number,
  ): { readonly startMs: number; readonly passed: NonNullable<ReturnType<ExchangeHistory["at"]>> }[] {
    const last = lastWholeSecond(this.#clock.nowMs());
    const { history } = this.#edges.get(id) ?? {};
    return Array.from({ length: count }, (_, i) => last - count + 1 + i).flatMap((second) => {
      const passed = second < 0 ? null : (history?.at(second) ?? null);
      return passed === null ? [] : [{ startMs: second * 1_000, passed }];
    });
  }
}
