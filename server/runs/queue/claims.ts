/**
 * Claims of a run: exclusive for resources that the run's faults strike or may affect, shared for resources that the
 * run's probes sample. A caller of a service feels every fault on an edge behind that service, so all those edges are
 * claimed too: two runs must not see each other's damage. The two places of a pair are one resource, with the name of
 * the edge at the caller: the calls are the same calls.
 */

import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { type EdgeId, type EdgeName, edgeIdOf, pairOf, type ServiceName } from "../../../experiments/model/names.ts";
import { type Plan, struckEdges, struckServices } from "../../../experiments/model/plan/plan.ts";
import type { ProbeAction } from "../../../experiments/model/probes/index.ts";
import { serviceOfTarget } from "../../../experiments/model/probes/target.ts";
import type { ClaimMode, ResourceClaim } from "../../store/claims.ts";

export const serviceResource = (name: ServiceName): string => `service:${name}`;

interface ProbedParts {
  readonly services: readonly ServiceName[];
  readonly edges: readonly EdgeId[];
}
const onEdges = (...edges: readonly EdgeName[]): ProbedParts => ({
  services: edges.map(({ to }) => to),
  edges: edges.map(edgeIdOf),
});
/**
 * Services that a probe calls through the mesh, and edges whose traffic the probe counts. Targets outside the mesh are
 * unknown.
 */
const seenBy = ({ kind, params }: ProbeAction): ProbedParts => {
  if (kind === "http" || kind === "tcp")
    return { services: params.to === undefined ? [] : [serviceOfTarget(params.to)], edges: [] };
  if (kind === "traffic") return onEdges(params);
  return kind === "ratio" ? onEdges(params.of, params.per) : { services: [], edges: [] };
};

/**
 * Resources whose failure a caller of these services can feel: the services, and all edges and services behind them.
 */
const behind = ({ edges }: Mesh, from: readonly ServiceName[]): readonly string[] => {
  const seen = new Set<ServiceName>();
  const todo = [...from];
  for (let name = todo.pop(); name !== undefined; name = todo.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    todo.push(...edges.filter((edge) => edge.from === name).map(({ to }) => to));
  }
  return [
    ...[...seen].map(serviceResource),
    ...edges.filter((edge) => seen.has(edge.from)).map(({ id }) => pairOf(id)),
  ];
};

export const computeClaims = (plan: Plan, mesh: Mesh): readonly ResourceClaim[] => {
  const probes = [...plan.expectations, ...plan.guardrails].map(({ probe }) => probe);
  const modes = new Map<string, ClaimMode>();
  const seen = probes.map(seenBy);
  const felt = behind(
    mesh,
    seen.flatMap(({ services }) => services),
  );
  for (const resource of [...felt, ...seen.flatMap(({ edges }) => edges.map(pairOf))]) modes.set(resource, "shared");
  // A run that only matches or only samples does no harm.
  const harm: ClaimMode = plan.mode === "full" ? "exclusive" : "shared";
  const services = [...struckServices(plan), ...plan.limits.services].map(serviceResource);
  for (const resource of [...struckEdges(plan).map(pairOf), ...services]) modes.set(resource, harm);
  return [...modes].map(([resource, mode]) => ({ resource, mode })).sort((a, b) => (a.resource < b.resource ? -1 : 1));
};
