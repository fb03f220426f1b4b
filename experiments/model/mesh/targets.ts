/** Edges of a mesh that a selector matches, and the selected instances of the callers. */

import { type EdgeId, edgeAt, edgeEnds, type ServiceName } from "../names.ts";
import type { Edge, Endpoint, Mesh, Protocol, Service } from "./mesh.ts";
import type { CallerSelector, EdgeSelector, HowMany, Labels, Selector } from "./selector.ts";

/** Target of a fault: a single edge. */
export interface Target {
  readonly edge: EdgeId;
  readonly protocol: Protocol;
  /** Selected addresses of the callee; null: all. */
  readonly endpoints: readonly string[] | null;
  /** Rule of the selection, for instances of the callee that come later; absent: every instance, or an older plan. */
  readonly callee?: SelectedInstances;
  /** Selected instances of the caller; absent: all. */
  readonly callers?: Callers;
}
/** Instances of a callee that are selected by their labels. */
export interface SelectedInstances {
  readonly labels: Labels;
  /** Addresses with these labels when the plan was made. */
  readonly addresses: readonly string[];
}
/** Selected instances of the service that calls on an edge. */
export interface Callers {
  /** Labels that an instance must have. */
  readonly labels: Labels;
  /** Wanted labels that the service has: an instance without a label of that key inherits the service's label. */
  readonly inherited: Labels;
  /** Number of instances among those; null: all. */
  readonly instances: HowMany | null;
}

/** True: the labels have every wanted label. */
export const hasAll = (labels: Labels, wanted: Labels): boolean =>
  Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);

export const serviceOf = (mesh: Mesh, name: ServiceName): Service | undefined =>
  mesh.services.find((service) => service.name === name);

/** The service that a selector of callers names; undefined: the selector names no service, or `"*"`. */
export const callerName = (selector: CallerSelector): ServiceName | undefined => {
  const name = typeof selector === "string" ? selector : selector.service;
  return name === "*" ? undefined : name;
};

/** Connected instances, as far as their labels can match a selector that the service's labels do not match. */
export interface ConnectedInstance {
  /** null: the instance stands for every caller. */
  readonly service: ServiceName | null;
  readonly labels: Labels;
  readonly edges: readonly EdgeId[];
}
const isCaller = (
  selector: CallerSelector,
  service: Service,
  edge: Edge,
  instances: readonly ConnectedInstance[],
): boolean => {
  if (typeof selector === "string") return selector === "*" || selector === service.name;
  // Instances of a named service are selected later, when the instances are connected.
  if (selector.service !== undefined) return selector.service === service.name;
  const wanted = selector.labels ?? {};
  const ofCaller = instances.filter(
    (instance) => instance.edges.includes(edge.id) && (instance.service ?? service.name) === service.name,
  );
  return [{}, ...ofCaller.map(({ labels }) => labels)].some((own) => hasAll({ ...service.labels, ...own }, wanted));
};

/** Selected endpoints of a callee: null for all, empty for none. */
const calleeEndpoints = (selector: Selector, callee: Service): readonly Endpoint[] | null => {
  if (typeof selector === "string") return selector === "*" || selector === callee.name ? null : [];
  const meant = callee.endpoints.filter(({ labels }) => hasAll(labels, selector.labels));
  return meant.length > 0 && meant.length === callee.endpoints.length ? null : meant;
};

interface Meant {
  readonly edge: Edge;
  readonly endpoints: readonly Endpoint[] | null;
}
/** Edges that a selector matches, including the protected edges: for messages. */
export const edgesMeant = (
  mesh: Mesh,
  { from, to, at }: EdgeSelector,
  instances: readonly ConnectedInstance[] = [],
): readonly Meant[] =>
  mesh.edges.flatMap((edge) => {
    if (edge.at !== at) return [];
    const [caller, callee] = [serviceOf(mesh, edge.from), serviceOf(mesh, edge.to)];
    if (caller === undefined || callee === undefined || !isCaller(from, caller, edge, instances)) return [];
    const endpoints = calleeEndpoints(to, callee);
    return endpoints === null || endpoints.length > 0 ? [{ edge, endpoints }] : [];
  });

export const isProtected = (mesh: Mesh, { from, to }: Edge): boolean =>
  [from, to].some((name) => serviceOf(mesh, name)?.protected === true);

/** Wanted labels that the instances of a service inherit. */
export const inheritedOf = (mesh: Mesh, service: ServiceName, wanted: Labels): Labels =>
  Object.fromEntries(
    Object.entries(serviceOf(mesh, service)?.labels ?? {}).filter(([key]) => Object.hasOwn(wanted, key)),
  );

const callersOf = (mesh: Mesh, { from }: Edge, selector: CallerSelector): Callers | undefined => {
  if (typeof selector === "string") return undefined;
  const { labels = {}, instances = null } = selector;
  if (Object.keys(labels).length === 0 && instances === null) return undefined;
  return { labels, inherited: inheritedOf(mesh, from, labels), instances };
};

const selectedInstances = (mesh: Mesh, { to }: Edge, selector: Selector): SelectedInstances | undefined => {
  if (typeof selector === "string") return undefined;
  const { labels } = selector;
  const meant = serviceOf(mesh, to)?.endpoints.filter((endpoint) => hasAll(endpoint.labels, labels)) ?? [];
  return { labels, addresses: meant.map(({ address }) => address) };
};

/**
 * The edges that a selector matches, each with the addresses where labels pick some of the callee's endpoints, and with
 * the callers where not all instances are selected. Edges of a protected service are never included. `instances`: the
 * connected instances, since an instance may have a label that the service has not.
 */
export const resolveTargets = (
  mesh: Mesh,
  selector: EdgeSelector,
  instances: readonly ConnectedInstance[] = [],
): Target[] =>
  edgesMeant(mesh, selector, instances)
    .filter(({ edge }) => !isProtected(mesh, edge))
    .map(({ edge, endpoints }) => {
      const callers = callersOf(mesh, edge, selector.from);
      const callee = selectedInstances(mesh, edge, selector.to);
      return {
        edge: edge.id,
        protocol: edge.protocol,
        endpoints: endpoints?.map(({ address }) => address) ?? null,
        ...(callee === undefined ? {} : { callee }),
        ...(callers === undefined ? {} : { callers }),
      };
    });

/** Picks further among the instances that strike a service's edges; the narrower of two wishes counts. */
export interface Narrowing {
  readonly labels?: Labels;
  readonly instances?: HowMany;
}
export type Selection = Readonly<Record<ServiceName, Narrowing>>;

/** Smaller of two counts or of two shares; of a count and a share, the value that was given last. */
const fewer = (before: HowMany | null, wanted: HowMany | undefined): HowMany | null => {
  if (wanted === undefined || before === null) return wanted ?? before;
  if ("count" in before && "count" in wanted) return before.count < wanted.count ? before : wanted;
  if ("share" in before && "share" in wanted) return before.share < wanted.share ? before : wanted;
  return wanted;
};
/**
 * The target with only those callers that the selection matches too; null: no caller can match both, or the target is at
 * the callee, where callers are not told apart by instance.
 */
export const narrowed = (mesh: Mesh, target: Target, selection: Selection): Target | null => {
  const [caller] = edgeEnds(target.edge);
  const wanted = Object.hasOwn(selection, caller) ? selection[caller] : undefined;
  if (wanted === undefined) return target;
  if (edgeAt(target.edge) === "callee") return null;
  const before = target.callers?.labels ?? {};
  const labels = { ...before, ...wanted.labels };
  if (!hasAll(labels, before)) return null;
  const instances = fewer(target.callers?.instances ?? null, wanted.instances);
  if (Object.keys(labels).length === 0 && instances === null) return target;
  return { ...target, callers: { labels, inherited: inheritedOf(mesh, caller, labels), instances } };
};
