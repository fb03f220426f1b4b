/** Service of the mesh that an http or tcp probe asks: all of its endpoints in turn, or one of them. Without zod. */
import type { Mesh } from "../mesh/mesh.ts";
import type { ServiceName } from "../names.ts";

export type ProbeTarget = ServiceName | { readonly service: ServiceName; readonly endpoint: string };

export const serviceOfTarget = (target: ProbeTarget): ServiceName =>
  typeof target === "string" ? target : target.service;
/** The endpoint that is picked; null: all of the service's are asked in turn. */
export const endpointOfTarget = (target: ProbeTarget): string | null =>
  typeof target === "string" ? null : target.endpoint;

/** Addresses that looks go to, in turn. Empty: the mesh has no such service, or none of its endpoints is meant. */
export const addressesOfTarget = ({ services }: Pick<Mesh, "services">, target: ProbeTarget): readonly string[] => {
  const endpoint = endpointOfTarget(target);
  const addresses =
    services.find(({ name }) => name === serviceOfTarget(target))?.endpoints.map(({ address }) => address) ?? [];
  return endpoint === null ? addresses : addresses.filter((each) => each === endpoint);
};

/** ` (127.0.0.1:7201 only)`, or nothing where all endpoints are asked. */
export const describeEndpoint = (target: ProbeTarget | undefined): string => {
  const endpoint = target === undefined ? null : endpointOfTarget(target);
  return endpoint === null ? "" : ` (${endpoint} only)`;
};
