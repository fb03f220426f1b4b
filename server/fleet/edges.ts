/** Edges of a mesh that each agent is to serve. */
import type { EdgeOrder } from "../../agent/contract/index.ts";
import { callerHosts } from "../../experiments/model/mesh/caller-hosts.ts";
import type { Edge, Mesh } from "../../experiments/model/mesh/mesh.ts";
import { carrierOf, type EdgeId, type ServiceName } from "../../experiments/model/names.ts";
import type { Binding } from "../security/roles.ts";

const orderOf = (mesh: Mesh, { id, from, to, at, listen, protocol, balance, limits }: Edge): EdgeOrder => {
  const callee = mesh.services.find(({ name }) => name === to);
  const ready = callee?.ready;
  return {
    ...{ id, listen, protocol },
    endpoints: callee?.endpoints.map(({ address }) => address) ?? [],
    healthPath: ready !== undefined && "http" in ready ? ready.http : null,
    ...(at !== undefined && { at, callers: callerHosts(mesh, from) }),
    ...(balance !== undefined && { balance }),
    ...(limits !== undefined && { limits }),
  };
};

/** Properties of an agent that decide on its edges. */
export interface EdgeCarrier {
  /** null: every service. */
  readonly service: ServiceName | null;
  /** True: the kernel redirects connections to the agent; without that no connection at the callee would reach it. */
  readonly intercepts: boolean;
}
/**
 * Edges that an agent of this service carries, as far as the credential allows: the calls of the service, and at the
 * callee the calls to the service.
 */
export const edgesFor = (mesh: Mesh, { service, intercepts }: EdgeCarrier, { edges }: Binding): readonly EdgeOrder[] =>
  mesh.edges
    .filter(({ at }) => at === undefined || intercepts)
    .filter(({ id }) => (service === null || carrierOf(id) === service) && (edges === null || edges.includes(id)))
    .map((edge) => orderOf(mesh, edge));

/**
 * Edges on which no fault may stay: the definition changed, or the edge is gone. `followsEndpoints`: the agent keeps its
 * faults where only the set of endpoints changed, of the callee or of the caller.
 */
export const edgesLost = (
  before: readonly EdgeOrder[],
  after: readonly EdgeOrder[],
  followsEndpoints: boolean,
): ReadonlySet<EdgeId> => {
  const textOf = (order: EdgeOrder) =>
    JSON.stringify(followsEndpoints ? { ...order, endpoints: [], callers: [] } : order);
  const same = new Set(after.map(textOf));
  return new Set(before.filter((order) => !same.has(textOf(order))).map(({ id }) => id));
};
