/**
 * Instances of a service: the running copies behind its endpoint, each known by its address. Instances come and go in a
 * rollout; the service, its edges and the faults on these stay.
 */

import { edgeEnds, type ServiceName } from "../names.ts";
import type { Endpoint, Mesh } from "./mesh.ts";
import { hasAll, type Target } from "./targets.ts";

/** Instances of a service that came and went at once. */
export interface InstanceChange {
  readonly service: ServiceName;
  readonly came: readonly Endpoint[];
  /** Addresses. */
  readonly went: readonly string[];
}

const endpointsOf = (mesh: Pick<Mesh, "services">, name: ServiceName): readonly Endpoint[] =>
  mesh.services.find((service) => service.name === name)?.endpoints ?? [];

/** Instances of the services that came and went from one mesh to the next; a service without a change is left out. */
export const instanceChanges = (
  before: Pick<Mesh, "services">,
  after: Pick<Mesh, "services">,
  services: Iterable<ServiceName>,
): readonly InstanceChange[] =>
  [...new Set(services)].flatMap((service) => {
    const [was, is] = [endpointsOf(before, service), endpointsOf(after, service)];
    const came = is.filter(({ address }) => !was.some((known) => known.address === address));
    const went = was.flatMap(({ address }) => (is.some((known) => known.address === address) ? [] : [address]));
    return came.length + went.length === 0 ? [] : [{ service, came, went }];
  });

/**
 * Addresses that a target selects once these instances came and went, in order; null: all. Newcomers are selected by the
 * rule of the plan; without a rule, as in plans of before, no newcomer is. `isStatic`: no newcomer is selected by a rule.
 */
export const selectedAddresses = (
  { edge, endpoints, callee }: Target,
  changes: readonly InstanceChange[],
  isStatic: boolean,
): readonly string[] | null => {
  if (endpoints === null && callee === undefined) return null;
  const [, to] = edgeEnds(edge);
  let isAll = endpoints === null;
  let selected = callee?.addresses ?? endpoints ?? [];
  for (const { service, came, went } of changes) {
    if (service !== to) continue;
    const meant = came.filter(({ labels }) => !isStatic && callee !== undefined && hasAll(labels, callee.labels));
    if (meant.length < came.length) isAll = false;
    selected = [...selected.filter((address) => !went.includes(address)), ...meant.map(({ address }) => address)];
  }
  return isAll ? null : selected;
};
