/**
 * Measured blast radius of a run: the services that feel the faults, the subset that should not, and the places where
 * the damage ends.
 */

import type { Edge, Service } from "../mesh/mesh.ts";
import { type EdgeId, edgeEnds, pairOf, type ServiceName } from "../names.ts";
import type { DeclaredDamage } from "./declared.ts";
import type { Harm } from "./harm.ts";
import { type Health, healthAfter } from "./health.ts";
import { type EdgeHarm, sayIncoming, sayOutgoing, worstOf } from "./reason.ts";
import { type DamageStop, stopAt } from "./stops.ts";

export type EdgeEnds = Pick<Edge, "id" | "from" | "to">;
export interface EdgeMeasurement {
  readonly mesh: { readonly services: readonly Pick<Service, "name">[]; readonly edges: readonly EdgeEnds[] };
  /** Edges that the run's faults strike: answers there, and at the other place of the pair, tell no state of the callee. */
  readonly struck: readonly EdgeId[];
  readonly declared: readonly DeclaredDamage[];
  readonly damaged: ReadonlyMap<EdgeId, Harm>;
  /** Edges with a known state, affected or well. */
  readonly measured: ReadonlySet<EdgeId>;
}
export interface DamagedService {
  readonly service: ServiceName;
  /**
   * State of the service. `contained`: the service's own calls got worse, the service's answers did not. A health: the
   * answers got worse.
   */
  readonly state: Exclude<Health, "healthy"> | "contained";
  /** More than is declared. */
  readonly leak: boolean;
  readonly reason: string;
}
export interface MeasuredRadius {
  readonly services: readonly DamagedService[];
  readonly stops: readonly DamageStop[];
}

interface EdgesAt {
  readonly into: EdgeEnds[];
  readonly outOf: EdgeEnds[];
}
/** Harm on the edges into and out of a service. */
interface Standing {
  /** Edges into the service, which show the service's answers; without struck edges. */
  readonly incoming: readonly EdgeEnds[];
  readonly damagedIn: readonly EdgeHarm[];
  /** Harm of the service's own calls. */
  readonly damagedOut: readonly EdgeHarm[];
}
const standingOf = ({ into, outOf }: EdgesAt, { struck, damaged }: EdgeMeasurement): Standing => {
  const isStruck = new Set(struck.map(pairOf));
  const damageOf = (edges: readonly EdgeEnds[]) =>
    edges.flatMap(({ id }): EdgeHarm[] => {
      const harm = damaged.get(id);
      return harm === undefined ? [] : [{ edge: id, harm }];
    });
  const isQuiet = ({ harm }: EdgeHarm) => harm.how === "quiet";
  const incoming = into.filter(({ id }) => !isStruck.has(pairOf(id)));
  const asked = damageOf(incoming);
  const calls = damageOf(outOf);
  return {
    incoming,
    // A service that gets no calls any more has done no wrong, and has no reason to call others.
    damagedIn: asked.filter((by) => !isQuiet(by)),
    damagedOut: asked.some(isQuiet) ? calls.filter((by) => !isQuiet(by)) : calls,
  };
};

type Felt = Omit<DamagedService, "leak">;
const feltAt = (
  service: ServiceName,
  { incoming, damagedIn, damagedOut }: Standing,
  of: EdgeMeasurement,
): Felt | null => {
  const answers = worstOf(damagedIn);
  if (answers !== undefined) return { service, state: healthAfter(answers.harm), reason: sayIncoming(answers) };
  const calls = worstOf(damagedOut);
  if (calls === undefined) return null;
  if (incoming.some(({ id }) => of.measured.has(id)))
    return { service, state: "contained", reason: `${sayOutgoing(calls)}, and what it answers is as before` };
  // No caller sees the answers of this service, so the state of the service counts as no better than that of its calls.
  // Fewer calls may be the users' doing.
  if (calls.harm.how === "quiet") return null;
  const isCalled = of.mesh.edges.some(({ to }) => to === service);
  const unseen = isCalled ? "no call to it tells how it answers" : "nobody calls it through the mesh";
  return {
    service,
    state: healthAfter(calls.harm),
    reason: `${sayOutgoing(calls)}; ${unseen}, so the worst is assumed`,
  };
};

const isLeak = ({ service, state }: Felt, declared: readonly DeclaredDamage[]): boolean => {
  const may = declared.find((one) => one.service === service)?.may;
  if (state === "contained") return false;
  return state === "slow" ? may === undefined : may !== "fail";
};

/** In the order of the mesh. */
export const measureRadius = (measured: EdgeMeasurement): MeasuredRadius => {
  const services: DamagedService[] = [];
  const stops: DamageStop[] = [];
  const edgesAt = new Map(measured.mesh.services.map(({ name }) => [name, { into: [], outOf: [] } as EdgesAt]));
  for (const edge of measured.mesh.edges) {
    edgesAt.get(edge.from)?.outOf.push(edge);
    edgesAt.get(edge.to)?.into.push(edge);
  }
  const touched = new Set([...measured.damaged.keys()].flatMap(edgeEnds));
  for (const { name } of measured.mesh.services.filter((service) => touched.has(service.name))) {
    const standing = standingOf(edgesAt.get(name)!, measured);
    const felt = feltAt(name, standing, measured);
    if (felt === null) continue;
    services.push({ ...felt, leak: isLeak(felt, measured.declared) });
    if (felt.state === "contained") stops.push(stopAt(name, worstOf(standing.damagedOut)!));
  }
  return { services, stops };
};
