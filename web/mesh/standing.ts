/** How each service and each edge stands at this moment: what is measured, against what is declared, over all runs. Pure. */
import type { Mesh } from "../../experiments/model/mesh.ts";
import { type EdgeId, edgeEnds, type RunId, type ServiceName } from "../../experiments/model/names.ts";
import type { EdgeTraffic, HurtEdge, LiveFault, Radius, TrafficNow } from "../../server/api/contract/index.ts";

/**
 * `well`: compared with a run's baseline, and no worse. `watched`: there is traffic, and no run to compare it with.
 * `unwatched`: no agent tells anything of its edges.
 */
export type ServiceState = "failing" | "slower" | "contains" | "well" | "watched" | "unwatched";
export type Stop = Radius["stops"][number];
export type May = Radius["declared"][number]["may"];

/** One run's word on a service. */
export interface Felt {
  readonly run: RunId;
  readonly experiment: string;
  readonly state: "failing" | "slower" | "contains";
  readonly leak: boolean;
  readonly reason: string;
}
export interface ServiceStanding {
  readonly name: ServiceName;
  readonly state: ServiceState;
  /** What runs under way allow it to suffer; null: nothing. */
  readonly may: May | null;
  readonly leak: boolean;
  readonly felt: readonly Felt[];
  readonly stops: readonly Stop[];
}
export interface EdgeStanding {
  readonly id: EdgeId;
  /** null: nobody watches it. */
  readonly traffic: EdgeTraffic | null;
  /** By the run that it is worst for; null: no worse than before, or nothing to compare with. */
  readonly hurt: HurtEdge | null;
  readonly faults: readonly LiveFault[];
  /** A run under way strikes it, now or later. */
  readonly struck: boolean;
}
export interface Leak extends Felt {
  readonly service: ServiceName;
}
export interface Standing {
  /** ISO 8601; null: nothing was heard yet. */
  readonly at: string | null;
  readonly services: ReadonlyMap<ServiceName, ServiceStanding>;
  readonly edges: ReadonlyMap<EdgeId, EdgeStanding>;
  readonly radii: readonly Radius[];
  readonly leaks: readonly Leak[];
}
export const NO_STANDING: Standing = { at: null, services: new Map(), edges: new Map(), radii: [], leaks: [] };

const STATES: readonly ServiceState[] = ["failing", "slower", "contains", "well", "watched", "unwatched"];
const HOW: readonly HurtEdge["how"][] = ["failing", "slower", "quiet"];
/** The one that is worst, of one at least. */
export const worstState = (states: readonly ServiceState[]): ServiceState =>
  STATES.find((state) => states.includes(state)) ?? "unwatched";
export const worstHurt = (hurt: readonly HurtEdge[]): HurtEdge | null =>
  HOW.flatMap((how) => hurt.find((one) => one.how === how) ?? [])[0] ?? null;

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
  const hurt = groupBy(
    radii.flatMap((radius) => radius.edges),
    ({ edge }) => edge,
  );
  const struck = new Set(radii.flatMap((radius) => radius.struck));
  return new Map(
    mesh.edges.map(({ id }): [EdgeId, EdgeStanding] => [
      id,
      {
        ...{ id, traffic: traffic.get(id) ?? null, hurt: worstHurt(hurt.get(id) ?? []) },
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
/** The most that any of them allows. */
const mayIn = (radii: readonly Radius[]): ReadonlyMap<ServiceName, May> => {
  const declared = radii.flatMap((radius) => radius.declared);
  return new Map(
    [...declared.filter(({ may }) => may === "slow"), ...declared.filter(({ may }) => may === "fail")].map(
      ({ service, may }) => [service, may],
    ),
  );
};

/** What is told of edges and services that the mesh does not have is left out: the mesh is asked for again soon. */
export const standingOf = (mesh: Mesh, now: TrafficNow): Standing => {
  const edges = edgeStandings(mesh, now);
  const watched = new Set(
    [...edges.values()].filter(({ traffic }) => traffic !== null).flatMap(({ id }) => [...edgeEnds(id)]),
  );
  const isMeasured = now.radii.some(({ measured }) => measured);
  const felt = feltIn(now.radii);
  const may = mayIn(now.radii);
  const stops = groupBy(
    now.radii.flatMap((radius) => radius.stops),
    ({ service }) => service,
  );
  const stateOf = (name: ServiceName): ServiceState => {
    const told = felt.get(name);
    if (told !== undefined) return worstState(told.map(({ state }) => state));
    if (!watched.has(name)) return "unwatched";
    return isMeasured ? "well" : "watched";
  };
  const services = new Map(
    mesh.services.map(({ name }): [ServiceName, ServiceStanding] => [
      name,
      {
        ...{ name, state: stateOf(name), may: may.get(name) ?? null },
        leak: felt.get(name)?.some(({ leak }) => leak) ?? false,
        ...{ felt: felt.get(name) ?? [], stops: stops.get(name) ?? [] },
      },
    ]),
  );
  const leaks = [...felt.values()].flat().filter(({ leak, service }) => leak && services.has(service));
  return { at: now.at, services, edges, radii: now.radii, leaks };
};
