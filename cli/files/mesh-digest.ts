/**
 * A mesh in parts, each as a digest: so that two can be compared without keeping what a file says. Environments and commands
 * may hold what nobody should find in a record.
 */
import { createHash } from "node:crypto";
import { canonical } from "../../experiments/model/mesh/diff.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";

type Digests = Readonly<Record<string, string>>;
export interface MeshDigest {
  /** By name. */
  readonly services: Digests;
  /** By id. */
  readonly edges: Digests;
}
const digestOf = (value: unknown): string => createHash("sha256").update(canonical(value)).digest("hex");

/** The same for the same service or edge, wherever it was read from. Where a command runs is a part of it. */
export const meshDigestOf = ({ directory, services, edges }: Mesh): MeshDigest => ({
  services: Object.fromEntries(
    services.map((service) => [service.name, digestOf(service.command === null ? service : { ...service, directory })]),
  ),
  edges: Object.fromEntries(edges.map((edge) => [edge.id, digestOf(edge)])),
});

const areIn = (small: Digests, large: Digests): boolean =>
  Object.entries(small).every(([name, digest]) => Object.hasOwn(large, name) && large[name] === digest);
/** Whether the larger mesh has every service and every edge of the smaller one, each just the same. It may have more. */
export const isSubsetOf = (small: MeshDigest, large: MeshDigest): boolean =>
  areIn(small.services, large.services) && areIn(small.edges, large.edges);
