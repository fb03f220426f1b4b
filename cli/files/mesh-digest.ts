/**
 * Digests of a mesh's parts, so that two meshes can be compared without keeping the file's text. Environments and
 * commands may hold secrets that must not appear in a record.
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

/**
 * Digests: equal for the same service or edge, regardless of the file. The directory of a command is part of the
 * digest.
 */
export const meshDigestOf = ({ directory, services, edges }: Mesh): MeshDigest => ({
  services: Object.fromEntries(
    services.map((service) => [service.name, digestOf(service.command === null ? service : { ...service, directory })]),
  ),
  edges: Object.fromEntries(edges.map((edge) => [edge.id, digestOf(edge)])),
});

const areIn = (small: Digests, large: Digests): boolean =>
  Object.entries(small).every(([name, digest]) => Object.hasOwn(large, name) && large[name] === digest);
/**
 * True if the larger mesh has every service and edge of the smaller mesh, each unchanged. The larger mesh may have
 * more.
 */
export const isSubsetOf = (small: MeshDigest, large: MeshDigest): boolean =>
  areIn(small.services, large.services) && areIn(small.edges, large.edges);
