/** Which edges of a mesh a selector means. */
import type { EdgeSelector, Selector } from "./experiment.ts";
import type { Edge, Endpoint, Mesh, Service } from "./mesh.ts";
import type { Target } from "./plan.ts";

type Labels = Readonly<Record<string, string>>;
const hasAll = (labels: Labels, wanted: Labels) =>
  Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

export const serviceOf = (mesh: Mesh, name: string): Service | undefined =>
  mesh.services.find((service) => service.name === name);
const isCaller = (selector: Selector, service: Service) =>
  typeof selector === "string"
    ? selector === "*" || selector === service.name
    : hasAll(service.labels, selector.labels);

/** The endpoints of a callee that are meant: null for all of them, empty for none. */
const calleeEndpoints = (selector: Selector, callee: Service): readonly Endpoint[] | null => {
  if (typeof selector === "string") return selector === "*" || selector === callee.name ? null : [];
  const meant = callee.endpoints.filter(({ labels }) => hasAll(labels, selector.labels));
  return meant.length > 0 && meant.length === callee.endpoints.length ? null : meant;
};

/** Edges that a selector means, the protected ones too: for messages. */
export const edgesMeant = (
  mesh: Mesh,
  { from, to }: EdgeSelector,
): { edge: Edge; endpoints: readonly Endpoint[] | null }[] =>
  mesh.edges.flatMap((edge) => {
    const [caller, callee] = [serviceOf(mesh, edge.from), serviceOf(mesh, edge.to)];
    if (caller === undefined || callee === undefined || !isCaller(from, caller)) return [];
    const endpoints = calleeEndpoints(to, callee);
    return endpoints === null || endpoints.length > 0 ? [{ edge, endpoints }] : [];
  });

export const isProtected = (mesh: Mesh, { from, to }: Edge): boolean =>
  [from, to].some((name) => serviceOf(mesh, name)?.protected === true);

/**
 * The edges that a selector means, each with the addresses that are meant where labels pick some of the callee's.
 * Edges of a protected service are never among them.
 */
export const resolveTargets = (mesh: Mesh, selector: EdgeSelector): Target[] =>
  edgesMeant(mesh, selector)
    .filter(({ edge }) => !isProtected(mesh, edge))
    .map(({ edge, endpoints }) => ({
      edge: edge.id,
      protocol: edge.protocol,
      endpoints: endpoints?.map(({ address }) => address) ?? null,
    }));
