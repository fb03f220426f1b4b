/** Declared blast radius: the services declared to be affected while a plan's faults are live, and how much. */
import type { Mesh } from "../mesh/mesh.ts";
import { edgeEnds, type ServiceName } from "../names.ts";
import { type Plan, struckEdges, struckServices } from "../plan/plan.ts";

/** Damage that the plan allows a service. `fail`: answers may fail. `slow`: answers may only come later. */
export interface DeclaredDamage {
  readonly service: ServiceName;
  readonly may: "fail" | "slow";
}

/**
 * All callers of these services, direct or through others. The services themselves only where a service calls another
 * of these.
 */
const callersOf = ({ edges }: Pick<Mesh, "edges">, services: Iterable<ServiceName>): ReadonlySet<ServiceName> => {
  const found = new Set<ServiceName>();
  const todo = [...services];
  for (let name = todo.pop(); name !== undefined; name = todo.pop())
    for (const { from } of edges.filter(({ to }) => to === name)) {
      if (found.has(from)) continue;
      found.add(from);
      todo.push(from);
    }
  return found;
};

/**
 * Declared damage in the order of the mesh. Callers on struck edges, services whose process is struck, and the services in `limits` may fail;
 * `limits.callers` decides the damage allowed to callers further up.
 */
export const declaredRadius = (
  plan: Pick<Plan, "faults" | "limits">,
  mesh: Pick<Mesh, "services" | "edges">,
): readonly DeclaredDamage[] => {
  const { services, callers } = plan.limits;
  const callersOfFaults = struckEdges(plan).map((edge) => edgeEnds(edge)[0]);
  const mayFail = new Set([...callersOfFaults, ...struckServices(plan), ...services]);
  const upstream = callers === "none" ? new Set<ServiceName>() : callersOf(mesh, mayFail);
  return mesh.services.flatMap(({ name }): DeclaredDamage[] => {
    if (mayFail.has(name)) return [{ service: name, may: "fail" }];
    return upstream.has(name) ? [{ service: name, may: callers === "any" ? "fail" : "slow" }] : [];
  });
};
