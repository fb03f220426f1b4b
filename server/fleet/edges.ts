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

/** Edges whose definition changed, or that are gone: no fault may stay there. */
export const edgesLost = (before: readonly EdgeOrder[], after: readonly EdgeOrder[]): ReadonlySet<EdgeId> => {
  const same = new Set(after.map((order) => JSON.stringify(order)));
  return new Set(before.filter((order) => !same.has(JSON.stringify(order))).map(({ id }) => id));
};
