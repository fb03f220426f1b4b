/**
 * Records edge traffic as the `passed` events of a run: the baseline of every edge, then the counts of every second.
 * Verdicts on these events are decided in `experiments/model/run/passed.ts`, from the journal alone.
 */

import { type EdgeBefore, type EdgeSecond, toRow } from "../../../experiments/model/blast-radius/edge-sums.ts";
import { isAlike, p95BoundRank, slowAfterMs } from "../../../experiments/model/blast-radius/leak.ts";
import type { Phase } from "../../../experiments/model/experiment/phase.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { type EdgeId, edgeEnds, pairOf } from "../../../experiments/model/names.ts";
import { type Plan, struckEdges } from "../../../experiments/model/plan/plan.ts";
import type { UnstampedEvent } from "../../../experiments/model/run/event.ts";
import { type Alarm, type Clock, every } from "../../clock.ts";
import type { EdgeCounts, EdgeDelta } from "../../traffic/edge-counts.ts";
import { addCells, CELLS, cellOf, quantileMs, rankMs, upperMs } from "../../traffic/latency-cells.ts";
import { filterRunning, type ObservedRun } from "../../traffic/observed-run.ts";

const SECOND_MS = 1_000;
/** Delay of a tick beyond which the server's own loop stood still: counts received meanwhile belong to no second. */
const STALL_MS = 250;
/** Furthest that quiet minutes may reach back, minutes. */
const QUIET_MINUTES = 10;

/** Counts of a single edge in this run. */
interface EdgeAccumulator {
  readonly place: number;
  /**
   * Threshold T, and the first histogram cell beyond T; null: unknown, or not wanted: a long-lived TCP connection is
   * not slow.
   */
  slowAfter: { readonly ms: number; readonly cell: number } | null;
  n: number;
  failed: number;
  unanswered: number;
  /** Part of `n` that was reported so late that the agent must have stood still. */
  late: number;
  readonly cells: Uint32Array;
  /** Exchanges begun in each of the last seconds, newest last, and exchanges open at the end of those seconds. */
  begun: number[];
  open: number;
  /** Most exchanges that were open at once in the baseline. */
  mostOpen: number;
  /** Value of `n` at the last tick. */
  ticked: number;
  /** Exchanges that had waited longer than T when the baseline ended, and later exchanges already reported as slow. */
  waited: number;
  toldWaiting: number;
}
export interface EdgeTrafficRecorderConfig {
  readonly clock: Clock;
  /** Server clock at run time 0. */
  readonly startedMs: number;
  readonly plan: Plan;
  readonly mesh: Mesh;
  readonly counts: EdgeCounts;
  /** All runs of the server, including this run. */
  readonly runs: () => readonly ObservedRun[];
  readonly post: (happening: UnstampedEvent) => void;
}

export class EdgeTrafficRecorder {
  readonly #config: EdgeTrafficRecorderConfig;
  readonly #edges: ReadonlyMap<EdgeId, EdgeAccumulator>;
  #stage: "waiting" | "baseline" | "over" | "recording" = "waiting";
  #baseMs = 0;
  #baselineS = 0;
  #tickedMs = 0;
  #ticking: Alarm = { cancel() {} };
  #unlisten: () => void = () => {};

  constructor(config: EdgeTrafficRecorderConfig) {
    this.#config = config;
    this.#edges = new Map((config.plan.radius?.edges ?? []).map((edge, place) => [edge, emptyAt(place)]));
  }
  start(): void {
    const { clock, counts, plan } = this.#config;
    if (plan.radius === undefined || plan.mode !== "full") return;
    this.#tickedMs = clock.nowMs();
    this.#unlisten = counts.listen({ wantsLatencies: () => true, onDeltas: (deltas) => this.#receive(deltas) });
    this.#ticking = every(clock, SECOND_MS, () => this.#tick());
  }
  stop(): void {
    this.#ticking.cancel();
    this.#unlisten();
  }
  /** Assigns traffic from here on to `phase`, as for samples. */
  observe(phase: Phase | null): void {
    if (phase === "baseline") {
      for (const edge of this.#edges.values()) clear(edge);
      this.#stage = "baseline";
      this.#baseMs = this.#config.clock.nowMs();
    } else if (this.#stage === "baseline") {
      this.#stage = "over";
      this.#baselineS = Math.max(1, (this.#config.clock.nowMs() - this.#baseMs) / SECOND_MS);
    }
  }

  #receive(deltas: readonly EdgeDelta[]): void {
    // Counts that come between the baseline's end and the tick that posts the baseline belong to the second after.
    if (this.#stage === "over") this.#postBaseline();
    for (const { edge: id, counts, latencies, isLate } of deltas) {
      const edge = this.#edges.get(id);
      if (edge === undefined) continue;
      edge.n += counts.exchanges;
      edge.failed += counts.failed;
      edge.unanswered += counts.unanswered;
      addCells(edge.cells, latencies);
      if (isLate) edge.late += counts.exchanges;
    }
  }
  #tick(): void {
    const { clock, startedMs, post } = this.#config;
    const nowMs = clock.nowMs();
    const fromMs = this.#tickedMs;
    this.#tickedMs = nowMs;
    if (this.#stage === "over") this.#postBaseline();
    const late = [...this.#edges.values()].flatMap((edge) => (isLateOn(edge) ? [edge.place] : []));
    const rows = [...this.#edges].map(([id, edge]) => this.#row(id, edge)).filter((row) => row !== null);
    if (this.#stage !== "recording") return;
    post({
      ...{ type: "passed", fromMs: fromMs - startedMs, toMs: nowMs - startedMs, edges: rows },
      ...(nowMs - fromMs > SECOND_MS + STALL_MS ? { stalled: true } : {}),
      ...(late.length > 0 ? { late } : {}),
      ...this.#beside(),
    });
  }
  /** Takes the counts of this second; null: no exchange passed, and no more wait than in the baseline. */
  #row(id: EdgeId, edge: EdgeAccumulator): EdgeSecond | null {
    const { counts } = this.#config;
    const open = counts.open(id);
    edge.begun = [...edge.begun, Math.max(0, edge.n - edge.ticked + open - edge.open)].slice(-MOST_WAITED_S);
    edge.open = open;
    edge.ticked = edge.n;
    if (this.#stage === "baseline") edge.mostOpen = Math.max(edge.mostOpen, open);
    const waiting = waitingOn(edge);
    if (this.#stage !== "recording") {
      if (this.#stage === "waiting") clear(edge);
      return null;
    }
    // An exchange that has waited longer than T is slow before its end, which is not counted again.
    const more = Math.max(0, waiting - edge.waited) - edge.toldWaiting;
    edge.toldWaiting += more;
    const ended = slowIn(edge);
    const n = Math.max(0, edge.n + more);
    const slow = Math.min(n, Math.max(0, ended + more));
    const isSilent = n > 0 && edge.unanswered >= n / 2;
    const p95Ms = slow > 0.05 * n || isSilent ? Math.round(quantileMs(edge.cells, 0.95) ?? edge.slowAfter?.ms ?? 0) : 0;
    // Where T is known, exchanges that wait for longer count as slow. A connection that a fault stalls has no T.
    const waits = edge.slowAfter === null ? Math.max(0, open - edge.mostOpen) : 0;
    const row = toRow(edge.place, {
      ...{ n, failed: Math.min(n, edge.failed), slow, unanswered: Math.min(n, edge.unanswered), p95Ms, open: waits },
    });
    clear(edge);
    return n === 0 && waits === 0 ? null : row;
  }

  #postBaseline(): void {
    const { startedMs, post } = this.#config;
    const before = [...this.#edges].flatMap(([id, edge]) => this.#before(id, edge) ?? []);
    this.#stage = "recording";
    for (const edge of this.#edges.values()) clear(edge);
    const toMs = this.#tickedMs - startedMs;
    post({ type: "passed", fromMs: this.#baseMs - startedMs, toMs, before, edges: [] });
  }
  #before(id: EdgeId, edge: EdgeAccumulator): EdgeBefore | null {
    const { n, failed, unanswered, cells, place } = edge;
    if (n === 0) return null;
    const p95Ms = quantileMs(cells, 0.95);
    const own = { n, failed, perSecond: n / this.#baselineS };
    const quiet = this.#quiet(id, own);
    return {
      ...{ edge: place, n, failed, unanswered, perSecond: Number(own.perSecond.toFixed(2)) },
      p95Ms: p95Ms === null ? null : Number(p95Ms.toFixed(2)),
      ...this.#slowness(id, edge),
      ...(quiet === null ? {} : { quiet }),
    };
  }
  /** Sets T for the edge, once the whole baseline is known. */
  #slowness(id: EdgeId, edge: EdgeAccumulator): Pick<EdgeBefore, "slow"> {
    const { mesh, plan } = this.#config;
    const timed = edge.cells.reduce((sum, count) => sum + count, 0);
    const rank = p95BoundRank(timed);
    if (rank === null || mesh.edges.find((each) => each.id === id)?.protocol === "tcp") return {};
    const asked = slowAfterMs(rankMs(edge.cells, rank), plan.limits.harm.p95);
    // Histogram cells are distinguishable, values within a cell are not: T is the upper end of the matching cell.
    const cell = cellOf(Math.ceil(asked * 1_000));
    edge.slowAfter = { ms: upperMs(cell), cell: cell + 1 };
    edge.waited = waitingOn(edge);
    return { slow: { afterMs: Number(edge.slowAfter.ms.toFixed(2)), timed, over: slowIn(edge) } };
  }
  /**
   * Whole minutes before the baseline in which no fault acted on any edge, if the edge behaved then as in the baseline.
   */
  #quiet(id: EdgeId, own: { readonly n: number; readonly failed: number; readonly perSecond: number }) {
    const { counts, startedMs } = this.#config;
    let minutes = 0;
    const edges = [...this.#edges.keys()];
    for (; minutes < QUIET_MINUTES; minutes++) {
      const toMs = startedMs - minutes * 60 * SECOND_MS;
      if (toMs < 60 * SECOND_MS) break;
      const isTreated = edges.some((edge) => counts.sumBetween(edge, toMs - 60 * SECOND_MS, toMs).treated > 0);
      // The minute after a fault is a recovery.
      if (isTreated) minutes -= 1;
      if (isTreated) break;
    }
    if (minutes <= 0) return null;
    const { exchanges: n, failed, seconds } = counts.sumBetween(id, startedMs - minutes * 60 * SECOND_MS, startedMs);
    return seconds > 0 && isAlike(own, { n, failed, perSecond: n / seconds }) ? { n, failed } : null;
  }

  /** Live faults of other runs, and the edges where those runs declare damage: such damage is no leak of this run. */
  #beside(): { readonly beside?: true; readonly claimed?: readonly number[] } {
    const { plan, runs } = this.#config;
    const others = filterRunning(runs()).filter(
      (other) => other.id !== plan.run && other.plan.mode === "full" && other.run.injected && other.run.at !== "queued",
    );
    if (others.length === 0) return {};
    // Damage of the other run's faults shows at both places of a pair.
    const claimed = new Set(others.flatMap((other) => claimedBy(other.plan).map(pairOf)));
    const places = [...this.#edges].flatMap(([id, { place }]) => (claimed.has(pairOf(id)) ? [place] : []));
    return { beside: true, claimed: places };
  }
}

/**
 * Edges on which a plan declares damage: faulted edges, edges on the path of the hypothesis, and edges into
 * declared services.
 */
const claimedBy = (plan: Plan): readonly EdgeId[] => {
  const { radius } = plan;
  const declared = new Set(radius?.declared.map(({ service }) => service));
  const answered = radius?.edges.filter((edge) => declared.has(edgeEnds(edge)[1])) ?? [];
  return [...struckEdges(plan), ...(radius?.path.map(({ edge }) => edge) ?? []), ...answered];
};

/** Longest T for which exchanges that never end are noticed, s. */
const MOST_WAITED_S = 60;
const emptyAt = (place: number): EdgeAccumulator => ({
  ...{ place, slowAfter: null, n: 0, failed: 0, unanswered: 0, late: 0, cells: new Uint32Array(CELLS) },
  ...{ begun: [], open: 0, mostOpen: 0, ticked: 0, waited: 0, toldWaiting: 0 },
});
const clear = (edge: EdgeAccumulator): void => {
  edge.n = 0;
  edge.ticked = 0;
  edge.failed = 0;
  edge.unanswered = 0;
  edge.late = 0;
  edge.cells.fill(0);
};
/** Late share above 5%: a single late instance among many changes little. */
const isLateOn = ({ late, n }: EdgeAccumulator): boolean => late > 0.05 * n;
/** Lower bound of open exchanges that have waited longer than T: all open exchanges but those begun since. */
const waitingOn = ({ slowAfter, begun, open }: EdgeAccumulator): number => {
  if (slowAfter === null) return 0;
  const since = Math.ceil(slowAfter.ms / SECOND_MS) + 1;
  return since > begun.length ? 0 : Math.max(0, open - begun.slice(-since).reduce((sum, count) => sum + count, 0));
};
const slowIn = ({ cells, slowAfter }: EdgeAccumulator): number => {
  let slow = 0;
  for (let cell = slowAfter?.cell ?? CELLS; cell < CELLS; cell++) slow += cells[cell]!;
  return slow;
};
