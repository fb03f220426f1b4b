/** Edges of a mesh that each agent is to serve. */
import type { EdgeOrder } from "../../agent/contract/index.ts";
import type { Edge, Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";
import type { Binding } from "../security/roles.ts";

const orderOf = ({ services }: Mesh, { id, to, listen, protocol, balance, limits }: Edge): EdgeOrder => {
  const callee = services.find(({ name }) => name === to);
  const ready = callee?.ready;
  return {
    ...{ id, listen, protocol },
    endpoints: callee?.endpoints.map(({ address }) => address) ?? [],
    healthPath: ready !== undefined && "http" in ready ? ready.http : null,
    ...(balance !== undefined && { balance }),
    ...(limits !== undefined && { limits }),
  };
};

/** Calls of a service, as far as the credential allows; `service` null: calls of every service. */
export const edgesFor = (mesh: Mesh, service: ServiceName | null, { edges }: Binding): readonly EdgeOrder[] =>
  mesh.edges
    .filter(({ from, id }) => (service === null || from === service) && (edges === null || edges.includes(id)))
    .map((edge) => orderOf(mesh, edge));

/**
 * Edges on which no fault may stay: the definition changed, or the edge is gone. `followsEndpoints`: the agent keeps its
 * faults where only the set of endpoints changed.
 */
export const edgesLost = (
  before: readonly EdgeOrder[],
  after: readonly EdgeOrder[],
  followsEndpoints: boolean,
): ReadonlySet<EdgeId> => {
  const textOf = (order: EdgeOrder) => JSON.stringify(followsEndpoints ? { ...order, endpoints: [] } : order);
  const same = new Set(after.map(textOf));
  return new Set(before.filter((order) => !same.has(textOf(order))).map(({ id }) => id));
};
