/** The declared blast radius: who may suffer when a plan's faults are live, and how much. */
import type { Mesh } from "../mesh/mesh.ts";
import { edgeEnds, type ServiceName } from "../names.ts";
import { type Plan, struckEdges } from "../plan.ts";

/** `fail`: its answers may fail. `slow`: they may only come later. */
export interface DeclaredDamage {
  readonly service: ServiceName;
  readonly may: "fail" | "slow";
}

/** Everybody who calls one of these, directly or through others. Not the services themselves, unless one calls another. */
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

/** In the order of the mesh. Callers of the faults' own edges may fail, and so may who is named; `limits.callers` says the rest. */
export const declaredRadius = (
  plan: Pick<Plan, "faults" | "limits">,
  mesh: Pick<Mesh, "services" | "edges">,
): readonly DeclaredDamage[] => {
  const { services, callers } = plan.limits;
  const mayFail = new Set([...struckEdges(plan).map((edge) => edgeEnds(edge)[0]), ...services]);
  const upstream = callers === "none" ? new Set<ServiceName>() : callersOf(mesh, mayFail);
  return mesh.services.flatMap(({ name }): DeclaredDamage[] => {
    if (mayFail.has(name)) return [{ service: name, may: "fail" }];
    return upstream.has(name) ? [{ service: name, may: callers === "any" ? "fail" : "slow" }] : [];
  });
};
