/**
 * Planned blast radius, by which a run is judged: the declared services, the edges where the hypothesis judges, and
 * every measured edge.
 */
import type { Mesh } from "../mesh/mesh.ts";
import { type EdgeId, edgeEnds, pairOf } from "../names.ts";
import { ownKeys } from "../own-property.ts";
import { type Plan, type PlannedRadius, struckEdges, struckServices } from "../plan/plan.ts";
import { pathOf } from "../plan/probe-path.ts";
import { declaredRadius } from "./declared.ts";

/** Edges over which a struck edge's damage reaches callers, directly or through others; without the struck edges. */
const towards = (mesh: Mesh, struck: readonly EdgeId[]): readonly EdgeId[] => {
  const above = new Set(struck.map((edge) => edgeEnds(edge)[0]));
  const todo = [...above];
  for (let name = todo.pop(); name !== undefined; name = todo.pop())
    for (const { from, to } of mesh.edges) {
      if (to !== name || above.has(from)) continue;
      above.add(from);
      todo.push(from);
    }
  const pairs = new Set(struck.map(pairOf));
  return mesh.edges.filter(({ id, to }) => !pairs.has(pairOf(id)) && above.has(to)).map(({ id }) => id);
};

export const plannedRadius = (plan: Plan, mesh: Mesh): PlannedRadius => {
  const struck = struckEdges(plan);
  const way = towards(mesh, struck);
  const path = new Map<EdgeId, PlannedRadius["path"][number]>();
  for (const expectation of plan.expectations) {
    const { during } = expectation.objective;
    if (during === undefined) continue;
    const withinMs = expectation.good.withinMs ?? null;
    for (const edge of ownKeys(pathOf(expectation.probe, mesh, way))) {
      const before = path.get(edge);
      const errors = Math.max(plan.limits.harm.errors, 1 - during, before?.errors ?? 0);
      const longest = withinMs === null || before?.withinMs === null ? null : Math.max(withinMs, before?.withinMs ?? 0);
      path.set(edge, { edge, errors, withinMs: longest });
    }
  }
  return {
    services: mesh.services.map(({ name }) => name),
    edges: mesh.edges.map(({ id }) => id),
    declared: declaredRadius(plan, mesh),
    path: [...path.values()],
  };
};

/**
 * Streams that may leak on each edge: failures only, where answers may come later; none where the run may do damage.
 */
export const leakable = (
  plan: Plan & { readonly radius: PlannedRadius },
): ReadonlyMap<EdgeId, readonly ("failed" | "slow")[]> => {
  const { edges, declared, path } = plan.radius;
  // A fault at one place of a pair shows at the other place too.
  const inside = new Set([...struckEdges(plan), ...path.map(({ edge }) => edge)].map(pairOf));
  // A process that dies or stops leaves its own calls half done: they are the fault's doing.
  const struck = new Set(struckServices(plan));
  const may = new Map(declared.map((each) => [each.service, each.may]));
  return new Map(
    edges.flatMap((edge) => {
      const [caller, callee] = edgeEnds(edge);
      const allowed = may.get(callee);
      if (inside.has(pairOf(edge)) || struck.has(caller) || allowed === "fail") return [];
      return [[edge, allowed === "slow" ? ["failed"] : ["failed", "slow"]] as const];
    }),
  );
};
