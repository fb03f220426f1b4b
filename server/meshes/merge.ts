/** Merges several meshes: each team applies its own services and edges, and definitions of the same name must agree. */

import type { Issue } from "../../experiments/model/document/issue.ts";
import { canonical } from "../../experiments/model/mesh/diff.ts";
import { ANY_PORT, type Edge, type Mesh, type Service } from "../../experiments/model/mesh/mesh.ts";
import { type EdgeId, type ServiceName, spellEdge } from "../../experiments/model/names.ts";

export interface MeshPart {
  /** Source for people: "the file /etc/squall/mesh.yaml", "the document shop". */
  readonly source: string;
  readonly mesh: Mesh;
}
/** Conflict of a part with the parts before, located in that part. */
export interface MergeConflict {
  readonly part: MeshPart;
  readonly issue: Issue;
}
/** Value with the first source that defines the value. */
interface Attributed<T> {
  readonly value: T;
  readonly source: string;
}
interface MergedMesh {
  readonly services: Map<ServiceName, Attributed<Service>>;
  readonly edges: Map<EdgeId, Attributed<Edge>>;
  /** Holder of each address: the edge that listens or the service that answers there. */
  readonly addresses: Map<string, string>;
}

/** Reference by name alone: a caller that another part defines may be written `checkout: {}`. */
const isReference = ({ endpoints, labels, protected: isProtected }: Service): boolean =>
  endpoints.length === 0 && Object.keys(labels).length === 0 && !isProtected;
const serviceKey = ({ labels, endpoints, ready, protected: isProtected }: Service): string =>
  canonical({ labels, endpoints, ready, isProtected });

const addService = (merged: MergedMesh, part: MeshPart, service: Service): MergeConflict[] => {
  const { name } = service;
  const other = merged.services.get(name);
  if (other === undefined || isReference(other.value)) {
    merged.services.set(name, { value: service, source: part.source });
    return [];
  }
  if (isReference(service) || serviceKey(other.value) === serviceKey(service)) return [];
  const message = `${name} reads otherwise in ${other.source}: what two of them define must be the same, or be named only (\`${name}: {}\`)`;
  return [{ part, issue: { path: ["spec", "services", name], at: "key", message } }];
};

const addEdge = (merged: MergedMesh, part: MeshPart, edge: Edge, index: number): MergeConflict[] => {
  const path = ["spec", "edges", index];
  const other = merged.edges.get(edge.id);
  if (other !== undefined) {
    if (canonical(other.value) === canonical(edge)) return [];
    const message = `the edge ${spellEdge(edge.id)} reads otherwise in ${other.source}`;
    return [{ part, issue: { path, message } }];
  }
  const holder = merged.addresses.get(edge.listen);
  if (holder !== undefined) {
    const message = `${edge.listen} is already taken by ${holder}`;
    return [{ part, issue: { path: [...path, "listen"], message } }];
  }
  merged.edges.set(edge.id, { value: edge, source: part.source });
  // Each such edge has a port of its own.
  if (edge.listen === ANY_PORT) return [];
  merged.addresses.set(edge.listen, `the edge ${edge.from} → ${edge.to} of ${part.source}`);
  return [];
};

/**
 * Merges all parts into a mesh named after the first part; null: there are no parts. Each part by itself is valid. With
 * a conflict there is no mesh: half a mesh would leave edges that no agent watches.
 */
export const mergeMeshes = (
  parts: readonly MeshPart[],
): { readonly mesh: Mesh | null } | { readonly conflicts: readonly MergeConflict[] } => {
  const [first] = parts;
  if (first === undefined) return { mesh: null };
  const merged: MergedMesh = { services: new Map(), edges: new Map(), addresses: new Map() };
  const conflicts = parts.flatMap((part) => part.mesh.services.flatMap((service) => addService(merged, part, service)));
  for (const { value, source } of merged.services.values())
    for (const { address } of value.endpoints)
      merged.addresses.set(address, `an endpoint of ${value.name} in ${source}`);
  conflicts.push(...parts.flatMap((part) => part.mesh.edges.flatMap((edge, i) => addEdge(merged, part, edge, i))));
  if (conflicts.length > 0) return { conflicts };
  const services = [...merged.services.values()].map(({ value }) => value);
  const edges = [...merged.edges.values()].map(({ value }) => value);
  return { mesh: { name: first.mesh.name, directory: null, services, edges } };
};
