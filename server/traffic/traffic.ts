/** Live traffic of the mesh: rates and latencies of edges, faults on edges, and the reach of the damage. */
import type { EdgeId } from "../../experiments/model/names.ts";
import { type Alarm, type Clock, every } from "../clock.ts";
import type { EdgeTraffic, TrafficNow, TrafficSecond } from "../contract/index.ts";
import { ApiError } from "../errors.ts";
import type { CurrentMesh } from "../meshes/meshes.ts";
import { DamageTracker } from "./damage-tracker.ts";
import type { EdgeCounts } from "./edge-counts.ts";
import { listLiveFaults } from "./live-faults.ts";
import type { ObservedRun } from "./observed-run.ts";

const TICK_MS = 1_000;
/** Time for which a client that asked for the traffic is expected to ask again. */
const LOOKS_ON_MS = 5_000;
/** Whole seconds over which a reported rate is averaged. */
const RATE_SECONDS = 3;
/** Seconds reported for a single edge. */
const SECONDS_TOLD = 300;

export interface TrafficConfig {
  readonly clock: Clock;
  readonly counts: EdgeCounts;
  readonly runs: () => readonly ObservedRun[];
  /** Mesh in force at this moment; null: none. */
  readonly mesh: () => CurrentMesh | null;
}
export interface TrafficSubscriber {
  /** Takes a server-sent event, the same text for all subscribers. */
  readonly take: (event: string) => void;
  readonly end: () => void;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
const inMs = (value: number | null): number | null => (value === null ? null : rounded(value, 2));

export class Traffic {
  readonly #deps: TrafficConfig;
  readonly #damage: DamageTracker;
  readonly #subscribers = new Set<TrafficSubscriber>();
  readonly #unlisten: () => void;
  readonly #ticking: Alarm;
  #askedMs = Number.NEGATIVE_INFINITY;
  #last: { readonly atMs: number; readonly now: TrafficNow } | null = null;

  constructor(deps: TrafficConfig) {
    const { clock, counts } = deps;
    this.#deps = deps;
    this.#damage = new DamageTracker(deps);
    this.#unlisten = counts.listen({
      wantsLatencies: () => this.#isLookedAt || this.#damage.isMeasuring,
      onDeltas: (deltas) => this.#damage.receive(deltas),
    });
    this.#ticking = every(clock, TICK_MS, () => this.#tick());
  }
  get #isLookedAt(): boolean {
    return this.#subscribers.size > 0 || this.#deps.clock.nowMs() - this.#askedMs <= LOOKS_ON_MS;
  }
  #tick(): void {
    this.#damage.tick();
    if (!this.#isLookedAt) {
      this.#last = null;
      return;
    }
    const event = eventOf(this.#assemble());
    for (const { take } of this.#subscribers) take(event);
  }

  /** Traffic at present, at most a second old. */
  now(): TrafficNow {
    const nowMs = this.#deps.clock.nowMs();
    this.#askedMs = nowMs;
    return this.#last !== null && nowMs - this.#last.atMs < TICK_MS ? this.#last.now : this.#assemble();
  }
  /** Traffic of an edge, second by second, oldest first. Throws ApiError `no-such-edge`. */
  edge(id: EdgeId): { readonly edge: EdgeId; readonly seconds: readonly TrafficSecond[] } {
    const { clock, counts, mesh } = this.#deps;
    if (!mesh()?.mesh.edges.some((edge) => edge.id === id))
      throw new ApiError("no-such-edge", `the mesh has no edge ${JSON.stringify(id)}`);
    this.#askedMs = clock.nowMs();
    const wallMs = clock.wallMs() - clock.nowMs();
    const seconds = counts.lastSeconds(id, SECONDS_TOLD).map(({ startMs, passed }) => ({
      at: new Date(wallMs + startMs).toISOString(),
      ...{ exchanges: passed.exchanges, treated: passed.treated, failed: passed.failed, cancelled: passed.cancelled },
      ...{ p50Ms: inMs(passed.p50Ms), p99Ms: inMs(passed.p99Ms) },
    }));
    return { edge: id, seconds };
  }
  /** Sends the present state at once and then each second, until the returned function is called. */
  subscribe(subscriber: TrafficSubscriber): () => void {
    this.#subscribers.add(subscriber);
    subscriber.take(eventOf(this.now()));
    return () => {
      this.#subscribers.delete(subscriber);
    };
  }
  end(): void {
    this.#ticking.cancel();
    this.#unlisten();
    for (const { end } of this.#subscribers) end();
    this.#subscribers.clear();
  }

  #assemble(): TrafficNow {
    const { clock, counts, runs, mesh } = this.#deps;
    const current = mesh();
    const known = new Set(current?.mesh.edges.map(({ id }) => id));
    const now: TrafficNow = {
      at: new Date(clock.wallMs()).toISOString(),
      revision: current?.revision ?? null,
      edges: counts.reportedEdges().flatMap((id) => (known.has(id) ? [this.#edge(id)] : [])),
      faults: listLiveFaults(runs(), clock),
      radii: this.#damage.radii(),
    };
    this.#last = { atMs: clock.nowMs(), now };
    return now;
  }
  #edge(id: EdgeId): EdgeTraffic {
    const { counts } = this.#deps;
    const { exchanges, failed, unanswered, cancelled, treated, seconds } = counts.sumLast(id, RATE_SECONDS);
    const perSecond = (count: number) => (seconds === 0 ? 0 : rounded(count / seconds, 2));
    const quantile = (share: number) => inMs(counts.quantileMs(id, share));
    return {
      ...{ edge: id, perSecond: perSecond(exchanges), treatedPerSecond: perSecond(treated), open: counts.open(id) },
      errors: exchanges === 0 ? null : rounded(failed / exchanges, 4),
      unanswered: exchanges === 0 ? null : rounded(unanswered / exchanges, 4),
      cancelled: exchanges === 0 ? null : rounded(cancelled / exchanges, 4),
      ...{ p50Ms: quantile(0.5), p95Ms: quantile(0.95), p99Ms: quantile(0.99) },
    };
  }
}
const eventOf = (now: TrafficNow): string => `event: traffic\ndata: ${JSON.stringify(now)}\n\n`;
