/** Damage of each running run: the present traffic of the run's edges, compared to the run's own baseline. */
import { type DeclaredDamage, declaredRadius } from "../../experiments/model/blast-radius/declared.ts";
import {
  type Bound,
  type EdgeTraffic,
  type Harm,
  harmBeyond,
  isMeasured,
} from "../../experiments/model/blast-radius/harm.ts";
import { measureRadius } from "../../experiments/model/blast-radius/measured.ts";
import type { EdgeId, RunId } from "../../experiments/model/names.ts";
import { struckEdges } from "../../experiments/model/plan/plan.ts";
import type { State } from "../../experiments/model/run/run.ts";
import type { Clock } from "../clock.ts";
import type { Radius } from "../contract/index.ts";
import type { EdgeCounts, EdgeDelta } from "./edge-counts.ts";
import { filterRunning, type ObservedRun } from "./observed-run.ts";
import { TrafficBaseline } from "./traffic-baseline.ts";

/** States with damage, from the first order of faults on, so that damage is also seen to fade. */
const HURTING: readonly State[] = ["injecting", "reverting", "recovering", "auditing"];

interface TrackedRun {
  readonly declared: readonly DeclaredDamage[];
  readonly struck: readonly EdgeId[];
  /** Bounds of the edges that the hypothesis judges. */
  readonly bounds: ReadonlyMap<EdgeId, Bound>;
  readonly baseline: TrafficBaseline;
}
interface DamageTrackerConfig {
  readonly clock: Clock;
  readonly counts: EdgeCounts;
  readonly runs: () => readonly ObservedRun[];
}
export class DamageTracker {
  readonly #deps: DamageTrackerConfig;
  readonly #tracked = new Map<RunId, TrackedRun>();

  constructor(deps: DamageTrackerConfig) {
    this.#deps = deps;
  }
  /** True while a run needs latencies: from before the baseline until the run is over. */
  get isMeasuring(): boolean {
    return filterRunning(this.#deps.runs()).length > 0;
  }
  receive(deltas: readonly EdgeDelta[]): void {
    const nowMs = this.#deps.clock.nowMs();
    for (const run of filterRunning(this.#deps.runs())) {
      if (run.run.at !== "baseline") continue;
      const { baseline } = this.#of(run);
      for (const each of deltas) baseline.add(each, nowMs);
    }
  }
  /** Forgets runs that are over, once a second. */
  tick(): void {
    const runs = filterRunning(this.#deps.runs());
    for (const id of this.#tracked.keys()) if (!runs.some((run) => run.id === id)) this.#tracked.delete(id);
    for (const run of runs)
      if (run.run.at === "baseline") this.#of(run).baseline.sawOpen((edge) => this.#deps.counts.open(edge));
  }
  #of({ id, plan, mesh }: ObservedRun): TrackedRun {
    const kept = this.#tracked.get(id) ?? {
      declared: mesh === null ? [] : declaredRadius(plan, mesh),
      struck: struckEdges(plan),
      bounds: new Map(plan.radius?.path.map((bound) => [bound.edge, bound])),
      baseline: new TrafficBaseline(),
    };
    this.#tracked.set(id, kept);
    return kept;
  }

  radii(): Radius[] {
    const passed = new Map<EdgeId, EdgeTraffic | null>();
    const passedOn = (edge: EdgeId) => {
      const known = passed.get(edge);
      if (known !== undefined) return known;
      const now = this.#deps.counts.recentTraffic(edge);
      passed.set(edge, now);
      return now;
    };
    return filterRunning(this.#deps.runs()).map((run) => this.#radius(run, passedOn));
  }
  #radius(live: ObservedRun, passedOn: (edge: EdgeId) => EdgeTraffic | null): Radius {
    const { plan, mesh, run, id } = live;
    const { declared, struck, bounds, baseline } = this.#of(live);
    const damaged = new Map<EdgeId, Harm>();
    const measured = new Set<EdgeId>();
    let hasBaseline = false;
    for (const { id: edge } of mesh?.edges ?? []) {
      const before = baseline.passed(edge);
      if (before === null || !isMeasured(before)) continue;
      hasBaseline = true;
      const now = HURTING.includes(run.at) ? passedOn(edge) : null;
      if (now === null) continue;
      const harm = harmBeyond(before, now, plan.limits.harm, bounds.get(edge));
      if (harm !== null) damaged.set(edge, harm);
      if (harm !== null || isMeasured(now)) measured.add(edge);
    }
    const { services, stops } =
      mesh === null ? { services: [], stops: [] } : measureRadius({ mesh, struck, declared, damaged, measured });
    // The verdict's leaks have been tested; figures of a few seconds alone have not.
    const isLeaking = (name: string) => run.radius.leaks.some(({ service }) => service === name);
    return {
      ...{ run: id, experiment: plan.experiment, state: run.at, struck, declared, measured: hasBaseline },
      edges: [...damaged].map(([edge, { how, errors, p95Ms, perSecond }]) => ({ edge, how, errors, p95Ms, perSecond })),
      services:
        plan.radius === undefined ? services : services.map((each) => ({ ...each, leak: isLeaking(each.service) })),
      stops,
    };
  }
}
