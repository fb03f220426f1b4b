/**
 * Hosts from which a service calls. An agent at the callee tells the callers of its service apart by the address that a
 * connection comes from, and the endpoints of the calling service are the addresses that the mesh knows.
 */
import type { EdgeId, ServiceName } from "../names.ts";
import type { Edge, Mesh } from "./mesh.ts";
import { serviceOf } from "./targets.ts";

/** Host of `host:port`, IPv6 without brackets. */
const hostOf = (address: string): string => address.slice(0, address.lastIndexOf(":")).replace(/^\[|\]$/g, "");

/** IP addresses and names, each once; empty: the mesh has no endpoint of the service. */
export const callerHosts = (mesh: Mesh, caller: ServiceName): readonly string[] => [
  ...new Set(serviceOf(mesh, caller)?.endpoints.map(({ address }) => hostOf(address)) ?? []),
];

/** Another service that calls the same callee from a host of the caller of `edge`: at the callee, both look the same. */
export const lookalikeOf = (
  mesh: Mesh,
  { id, from, to }: Edge,
): { readonly edge: EdgeId; readonly host: string } | null => {
  const hosts = new Set(callerHosts(mesh, from));
  for (const other of mesh.edges) {
    if (other.id === id || other.to !== to || other.from === from) continue;
    const host = callerHosts(mesh, other.from).find((each) => hosts.has(each));
    if (host !== undefined) return { edge: other.id, host };
  }
  return null;
};
