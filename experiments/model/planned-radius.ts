/** The blast radius as a run is judged by it: who is declared, where the hypothesis judges, and every edge that is measured. */
import type { Mesh } from "./mesh.ts";
import { type EdgeId, edgeEnds, edgeId, type ServiceName } from "./names.ts";
import { type Plan, type PlannedExpectation, type PlannedRadius, struckEdges } from "./plan.ts";
import type { ProbeAction } from "./probes/index.ts";
import { declaredRadius } from "./radius-declared.ts";

/** Everything that is reached from these over edges; `next` says how. */
const reached = (from: Iterable<ServiceName>, next: (service: ServiceName) => readonly ServiceName[]) => {
  const found = new Set(from);
  const todo = [...found];
  for (let name = todo.pop(); name !== undefined; name = todo.pop())
    for (const other of next(name)) {
      if (found.has(other)) continue;
      found.add(other);
      todo.push(other);
    }
  return found;
};

/** Services at which a probe enters the mesh, and edges of its own; null: it is not known where it enters. */
const entryOf = ({
  kind,
  params,
}: ProbeAction): { readonly services: readonly ServiceName[]; readonly edges: readonly EdgeId[] } | null => {
  if (kind === "traffic") return { services: [params.to], edges: [edgeId(params.from, params.to)] };
  if (kind === "ratio") {
    const ends = [params.of, params.per];
    return { services: ends.map(({ to }) => to), edges: ends.map(({ from, to }) => edgeId(from, to)) };
  }
  const { via: entries, to } = params as { via?: ServiceName | readonly ServiceName[]; to?: ServiceName | undefined };
  const via = [entries ?? to ?? []].flat();
  return via.length === 0 ? null : { services: via, edges: [] };
};

/** Edges on which one expectation meets what the faults do: from where its probe enters to the struck edges. */
const pathOf = ({ probe }: PlannedExpectation, mesh: Mesh, struck: readonly EdgeId[]): readonly EdgeId[] => {
  const above = reached(
    struck.map((edge) => edgeEnds(edge)[0]),
    (service) => mesh.edges.filter(({ to }) => to === service).map(({ from }) => from),
  );
  const entry = entryOf(probe);
  const below =
    entry === null
      ? null
      : reached(entry.services, (service) => mesh.edges.filter(({ from }) => from === service).map(({ to }) => to));
  return mesh.edges
    .filter(({ id, from, to }) => !struck.includes(id) && above.has(to) && meets(id, from))
    .map(({ id }) => id);
  function meets(id: EdgeId, from: ServiceName): boolean {
    return below === null || below.has(from) || entry?.edges.includes(id) === true;
  }
};

export const plannedRadius = (plan: Plan, mesh: Mesh): PlannedRadius => {
  const struck = struckEdges(plan);
  const path = new Map<EdgeId, PlannedRadius["path"][number]>();
  for (const expectation of plan.expectations) {
    const { during } = expectation.objective;
    if (during === undefined) continue;
    const withinMs = expectation.good.withinMs ?? null;
    for (const edge of pathOf(expectation, mesh, struck)) {
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

/** What may be a leak on each edge: failures only where its answers may come later, nothing where the run may do damage. */
export const leakable = (
  plan: Plan & { readonly radius: PlannedRadius },
): ReadonlyMap<EdgeId, readonly ("failed" | "slow")[]> => {
  const { edges, declared, path } = plan.radius;
  const inside = new Set([...struckEdges(plan), ...path.map(({ edge }) => edge)]);
  const may = new Map(declared.map((each) => [each.service, each.may]));
  return new Map(
    edges.flatMap((edge) => {
      const allowed = may.get(edgeEnds(edge)[1]);
      if (inside.has(edge) || allowed === "fail") return [];
      return [[edge, allowed === "slow" ? ["failed"] : ["failed", "slow"]] as const];
    }),
  );
};
