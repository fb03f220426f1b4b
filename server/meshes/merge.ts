/** Several meshes as one: each team applies its own services and edges, and where they meet they must agree. */

import type { Issue } from "../../experiments/model/document/issue.ts";
import { canonical } from "../../experiments/model/mesh/diff.ts";
import type { Edge, Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";

export interface Part {
  /** For people: "the file /etc/squall/mesh.yaml", "the document shop". */
  readonly source: string;
  readonly mesh: Mesh;
}
/** What is wrong with one part beside those before it, at its place in that part. */
export interface Misfit {
  readonly part: Part;
  readonly issue: Issue;
}
/** From the first part that has it. */
interface Owned<T> {
  readonly value: T;
  readonly source: string;
}
interface Whole {
  readonly services: Map<ServiceName, Owned<Service>>;
  readonly edges: Map<EdgeId, Owned<Edge>>;
  /** Who listens or answers, by address. */
  readonly addresses: Map<string, string>;
}

/** A caller that another part defines may be named by its name alone: `checkout: {}`. */
const isMention = ({ endpoints, labels, protected: isProtected }: Service): boolean =>
  endpoints.length === 0 && Object.keys(labels).length === 0 && !isProtected;
const meaning = ({ labels, endpoints, ready, protected: isProtected }: Service): string =>
  canonical({ labels, endpoints, ready, isProtected });

const addService = (whole: Whole, part: Part, service: Service): Misfit[] => {
  const { name } = service;
  const other = whole.services.get(name);
  if (other === undefined || isMention(other.value)) {
    whole.services.set(name, { value: service, source: part.source });
    return [];
  }
  if (isMention(service) || meaning(other.value) === meaning(service)) return [];
  const message = `${name} reads otherwise in ${other.source}: what two of them define must be the same, or be named only (\`${name}: {}\`)`;
  return [{ part, issue: { path: ["spec", "services", name], at: "key", message } }];
};

const addEdge = (whole: Whole, part: Part, edge: Edge, index: number): Misfit[] => {
  const path = ["spec", "edges", index];
  const other = whole.edges.get(edge.id);
  if (other !== undefined) {
    if (canonical(other.value) === canonical(edge)) return [];
    const message = `the edge ${edge.from} → ${edge.to} reads otherwise in ${other.source}`;
    return [{ part, issue: { path, message } }];
  }
  const holder = whole.addresses.get(edge.listen);
  if (holder !== undefined) {
    const message = `${edge.listen} is already taken by ${holder}`;
    return [{ part, issue: { path: [...path, "listen"], message } }];
  }
  whole.edges.set(edge.id, { value: edge, source: part.source });
  whole.addresses.set(edge.listen, `the edge ${edge.from} → ${edge.to} of ${part.source}`);
  return [];
};

/**
 * All parts in one mesh, which has the name of the first; null: there are none. Each part by itself is valid. With a
 * misfit there is no mesh: half of one would leave edges that nobody watches.
 */
export const mergeMeshes = (
  parts: readonly Part[],
): { readonly mesh: Mesh | null } | { readonly misfits: readonly Misfit[] } => {
  const [first] = parts;
  if (first === undefined) return { mesh: null };
  const whole: Whole = { services: new Map(), edges: new Map(), addresses: new Map() };
  const misfits = parts.flatMap((part) => part.mesh.services.flatMap((service) => addService(whole, part, service)));
  for (const { value, source } of whole.services.values())
    for (const { address } of value.endpoints)
      whole.addresses.set(address, `an endpoint of ${value.name} in ${source}`);
  misfits.push(...parts.flatMap((part) => part.mesh.edges.flatMap((edge, i) => addEdge(whole, part, edge, i))));
  if (misfits.length > 0) return { misfits };
  const services = [...whole.services.values()].map(({ value }) => value);
  const edges = [...whole.edges.values()].map(({ value }) => value);
  return { mesh: { name: first.mesh.name, directory: null, services, edges } };
};
