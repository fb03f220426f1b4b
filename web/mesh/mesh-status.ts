/** Current standing of each service and edge: measurements against declarations, over all runs. Pure. */

import { healthOf } from "../../experiments/model/blast-radius/health.ts";
import { type DamagePart, type ServiceState, worstState } from "../../experiments/model/blast-radius/service-state.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import { type EdgeId, edgeEnds, pairOf, type RunId, type ServiceName } from "../../experiments/model/names.ts";
import type { DamagedEdge, EdgeTraffic, LiveFault, Radius, TrafficNow } from "../../server/contract/index.ts";
import { throughputOf } from "./throughput.ts";

export type Stop = Radius["stops"][number];
export type May = Radius["declared"][number]["may"];

/** A single run's judgement of a service. */
export interface FeltDamage {
  readonly run: RunId;
  readonly experiment: string;
  readonly state: Radius["services"][number]["state"];
  readonly leak: boolean;
  readonly reason: string;
}
export interface ServiceStatus {
  readonly name: ServiceName;
  readonly state: ServiceState;
  /** Damage that active runs allow this service; null: none. */
  readonly may: May | null;
  /** Leaking: affected beyond the declared radius. */
  readonly leak: boolean;
  /**
   * Affected and allowed to be. A service affected beyond the radius counts as a leak once proven, and not at all
   * before.
   */
  readonly affected: boolean;
  readonly felt: readonly FeltDamage[];
  readonly stops: readonly Stop[];
}
/** Part of the service in the damage of the active runs. */
export const partOf = (standing: ServiceStatus | undefined): DamagePart => ({
  ...{ leak: standing?.leak ?? false, affected: standing?.affected ?? false },
  stop: standing?.state === "contained" ? (standing.stops[0]?.why ?? null) : null,
});
export interface EdgeStatus {
  readonly id: EdgeId;
  /** Traffic of the edge; null: no agent watches the edge. */
  readonly traffic: EdgeTraffic | null;
  /** Worst damage over all runs; null: no worse than before, or no baseline to compare with. */
  readonly damaged: DamagedEdge | null;
  readonly faults: readonly LiveFault[];
  /** An active run strikes this edge, now or later. */
  readonly struck: boolean;
}
export interface Leak extends FeltDamage {
  readonly service: ServiceName;
}
export interface MeshStatus {
  /** Time of the data, ISO 8601; null: no data yet. */
  readonly at: string | null;
  readonly services: ReadonlyMap<ServiceName, ServiceStatus>;
  readonly edges: ReadonlyMap<EdgeId, EdgeStatus>;
  readonly radii: readonly Radius[];
  readonly leaks: readonly Leak[];
}
export const NO_STATUS: MeshStatus = { at: null, services: new Map(), edges: new Map(), radii: [], leaks: [] };

const HOW: readonly DamagedEdge["how"][] = ["failing", "slow", "quiet"];
export const worstAffected = (damaged: readonly DamagedEdge[]): DamagedEdge | null =>
  HOW.flatMap((how) => damaged.find((one) => one.how === how) ?? [])[0] ?? null;

const groupBy = <T, K>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> => {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
};
const edgeStandings = (mesh: Mesh, { edges, faults, radii }: TrafficNow) => {
  const traffic = new Map(edges.map((one) => [one.edge, one]));
  const live = groupBy(faults, ({ edge }) => edge);
  const damaged = groupBy(
    radii.flatMap((radius) => radius.edges),
    ({ edge }) => edge,
  );
  const struck = new Set(radii.flatMap((radius) => radius.struck));
  return new Map(
    mesh.edges.map(({ id }): [EdgeId, EdgeStatus] => [
      id,
      {
        ...{ id, traffic: traffic.get(id) ?? null, damaged: worstAffected(damaged.get(id) ?? []) },
        ...{ faults: live.get(id) ?? [], struck: struck.has(id) },
      },
    ]),
  );
};
const feltIn = (radii: readonly Radius[]) =>
  groupBy(
    radii.flatMap(({ run, experiment, services }) =>
      services.map(({ service, ...felt }): Leak => ({ service, run, experiment, ...felt })),
    ),
    ({ service }) => service,
  );
/** Greatest damage that any of the runs allows. */
const mayIn = (radii: readonly Radius[]): ReadonlyMap<ServiceName, May> => {
  const declared = radii.flatMap((radius) => radius.declared);
  return new Map(
    [...declared.filter(({ may }) => may === "slow"), ...declared.filter(({ may }) => may === "fail")].map(
      ({ service, may }) => [service, may],
    ),
  );
};

/**
 * Faulted edge. Figures cover the last seconds: for that long after a fault, the edge shows the fault's effect, and no
 * fact about the callee. A callee whose callers had given up would read *unreachable* just when the fault is removed.
 * Where nothing has ended since, the calls that wait are those that the fault held.
 */
const isStruck = ({ faults, traffic, struck, damaged }: EdgeStatus): boolean =>
  faults.length > 0 || (traffic?.treatedPerSecond ?? 0) > 0 || (struck && damaged !== null && traffic?.errors === null);
/**
 * State by the displayed figures of these edges; `how`: against the baseline of a run. Empty where no agent watches any
 * of these edges.
 */
const byFigures = (edges: readonly EdgeStatus[], how: DamagedEdge["how"] | null): readonly ServiceState[] => {
  const passing = throughputOf(edges.flatMap(({ traffic }) => traffic ?? []));
  if (passing === null) return [];
  const health = healthOf(passing, how);
  return [health === "healthy" && passing.errors === null && passing.open === 0 ? "idle" : health];
};

const BAD: readonly ServiceState[] = ["failing", "unreachable"];

/** Edges and services unknown to the mesh are left out: the mesh is polled again soon. */
export const meshStatusOf = (mesh: Mesh, now: TrafficNow): MeshStatus => {
  const edges = edgeStandings(mesh, now);
  // A fault at one place of a pair shows in the figures of the other place too.
  const struckPairs = new Set([...edges.values()].filter(isStruck).map(({ id }) => pairOf(id)));
  const isOfStruck = ({ id }: EdgeStatus): boolean => struckPairs.has(pairOf(id));
  const into = groupBy([...edges.values()], ({ id }) => edgeEnds(id)[1]);
  const outOf = groupBy([...edges.values()], ({ id }) => edgeEnds(id)[0]);
  const felt = feltIn(now.radii);
  const may = mayIn(now.radii);
  const stops = groupBy(
    now.radii.flatMap((radius) => radius.stops),
    ({ service }) => service,
  );
  const stateOf = (name: ServiceName): ServiceState => {
    const callers = into.get(name);
    // Without callers no agent sees the answers of a service: the service counts as no better than the answers of the
    // callees.
    const judged = callers === undefined ? (outOf.get(name) ?? []) : callers.filter((edge) => !isOfStruck(edge));
    const struck = callers?.some(isOfStruck) === true;
    // Calls of a service that got worse are for the run to judge: the service may contain them.
    const damaged = callers === undefined ? null : worstAffected(judged.flatMap((edge) => edge.damaged ?? []));
    const worst = worstState([
      ...(felt.get(name) ?? []).map(({ state }) => state),
      ...(struck ? (["struck"] as const) : []),
      ...byFigures(judged, damaged?.how ?? null),
    ]);
    // The figures beside the word are of all callers: where those of a struck caller fail, *slow* would be milder.
    return worst === "slow" && struck && BAD.includes(byFigures(callers, null)[0]!) ? "struck" : worst;
  };
  const services = new Map(
    mesh.services.map(({ name }): [ServiceName, ServiceStatus] => [
      name,
      {
        ...{ name, state: stateOf(name), may: may.get(name) ?? null },
        leak: felt.get(name)?.some(({ leak }) => leak) ?? false,
        affected: may.has(name) && (felt.get(name)?.some(({ leak, state }) => !leak && state !== "contained") ?? false),
        ...{ felt: felt.get(name) ?? [], stops: stops.get(name) ?? [] },
      },
    ]),
  );
  const leaks = [...felt.values()].flat().filter(({ leak, service }) => leak && services.has(service));
  return { at: now.at, services, edges, radii: now.radii, leaks };
};
