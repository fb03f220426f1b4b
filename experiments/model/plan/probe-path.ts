/**
 * Path of a probe: the edges of the mesh on which a fault can meet its samples (PROOF.md 2). Pure graph; marks prove
 * more.
 */
import type { Mesh } from "../mesh/mesh.ts";
import { type EdgeId, edgeIdOf, pairOf, type ServiceName } from "../names.ts";
import type { ProbeAction, ProbeKind, ProbeParams } from "../probes/index.ts";
import { serviceOfTarget } from "../probes/target.ts";

/**
 * Relation of a struck edge to a probe. `own`: its samples are exchanges of that edge. `below`: a service on the path
 * calls there. `unknown`: the start of the path is not given. An edge without a relation cannot meet the samples.
 */
export type PathRelation = "own" | "below" | "unknown";
export type ProbePath = Readonly<Record<EdgeId, PathRelation>>;

/**
 * Start of a path; null: everywhere. `services`: these services and all services below; `callers`: only calls made by
 * these services.
 */
interface Origin {
  readonly edges?: readonly EdgeId[];
  readonly services?: readonly ServiceName[];
  readonly callers?: readonly ServiceName[];
}
const at = (services: readonly ServiceName[] | undefined): Origin | null =>
  services === undefined ? null : { services };

/** Table of PROOF.md 2: a probe kind without a row does not compile. */
const ORIGINS: { readonly [K in ProbeKind]: (params: ProbeParams<K>) => Origin | null } = {
  http: ({ to, via }) => at(to === undefined ? via : [serviceOfTarget(to)]),
  tcp: ({ to, via }) => at(to === undefined ? via : [serviceOfTarget(to)]),
  traffic: (edge) => ({ edges: [edgeIdOf(edge)], services: [edge.to] }),
  ratio: ({ of, per }) => ({ edges: [edgeIdOf(of), edgeIdOf(per)], callers: [of.from, of.to] }),
  prometheus: ({ via }) => at(via),
  process: ({ via }) => at(via),
};
const originOf = ({ kind, params }: ProbeAction): Origin | null =>
  (ORIGINS[kind] as (params: ProbeAction["params"]) => Origin | null)(params);

/** Services where a probe's requests enter the mesh, or where its samples are answered; empty: unknown. */
export const entriesOf = (probe: ProbeAction): readonly ServiceName[] => originOf(probe)?.services ?? [];

/** Returns the services and every service that they call, directly or through others. */
export const reachedFrom = (
  { edges }: Pick<Mesh, "edges">,
  services: readonly ServiceName[],
): ReadonlySet<ServiceName> => {
  const reached = new Set(services);
  const open = [...services];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const { from, to } of edges)
      if (from === next && !reached.has(to)) {
        reached.add(to);
        open.push(to);
      }
  return reached;
};

/** Relations of a probe to the struck edges; edges that its samples cannot meet are left out. */
export const pathOf = (probe: ProbeAction, mesh: Pick<Mesh, "edges">, struck: readonly EdgeId[]): ProbePath => {
  const origin = originOf(probe);
  if (origin === null) return Object.fromEntries(struck.map((edge) => [edge, "unknown"]));
  const { edges = [], services = [], callers = [] } = origin;
  const below = new Set([...reachedFrom(mesh, services), ...callers]);
  const callerOf = new Map(mesh.edges.map(({ id, from }) => [id, from]));
  const relation = (edge: EdgeId): readonly (readonly [EdgeId, PathRelation])[] => {
    if (edges.includes(edge)) return [[edge, "own"]];
    // The calls that are counted pass the other place of their pair too, where this agent does not see what is hit.
    if (edges.some((own) => pairOf(own) === pairOf(edge))) return [[edge, "below"]];
    return below.has(callerOf.get(edge) ?? "") ? [[edge, "below"]] : [];
  };
  return Object.fromEntries(struck.flatMap(relation));
};

/**
 * Tells whether a fault on an edge may affect one of the services, which is the edge's caller or calls that caller,
 * directly or through others. Shared pools, loops and queues fill from the struck call upwards.
 */
export const waitsOn = (mesh: Pick<Mesh, "edges">, services: readonly ServiceName[], edge: EdgeId): boolean => {
  const caller = mesh.edges.find(({ id }) => id === edge)?.from;
  return caller !== undefined && reachedFrom(mesh, services).has(caller);
};
