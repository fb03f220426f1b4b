/** Service of the mesh that an http or tcp probe targets: all endpoints in turn, or a single endpoint. Without zod. */
import type { Mesh } from "../mesh/mesh.ts";
import type { ServiceName } from "../names.ts";

export type ProbeTarget = ServiceName | { readonly service: ServiceName; readonly endpoint: string };

export const serviceOfTarget = (target: ProbeTarget): ServiceName =>
  typeof target === "string" ? target : target.service;
/** The endpoint that is picked; null: all of the service's are asked in turn. */
export const endpointOfTarget = (target: ProbeTarget): string | null =>
  typeof target === "string" ? null : target.endpoint;

/** Addresses that samples go to, in turn. Empty: the mesh has no such service, or no endpoint matches. */
export const addressesOfTarget = ({ services }: Pick<Mesh, "services">, target: ProbeTarget): readonly string[] => {
  const endpoint = endpointOfTarget(target);
  const addresses =
    services.find(({ name }) => name === serviceOfTarget(target))?.endpoints.map(({ address }) => address) ?? [];
  return endpoint === null ? addresses : addresses.filter((each) => each === endpoint);
};

/** ` (127.0.0.1:7201 only)`, or empty where all endpoints are probed. */
export const describeEndpoint = (target: ProbeTarget | undefined): string => {
  const endpoint = target === undefined ? null : endpointOfTarget(target);
  return endpoint === null ? "" : ` (${endpoint} only)`;
};
