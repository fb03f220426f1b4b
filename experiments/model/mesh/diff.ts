/** Differences between two meshes: for logs, for a dry run, and for finding the runs that a change affects. */

import type { EdgeId } from "../names.ts";
import type { Edge, Mesh, Service } from "./mesh.ts";

export interface ChangedPart {
  readonly name: string;
  /** The fields that differ, such as `endpoints`. */
  readonly fields: readonly string[];
}
export interface Changes {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly ChangedPart[];
}
export interface MeshDiff {
  readonly services: Changes;
  /** By id. */
  readonly edges: Changes;
}

type Fields = Readonly<Record<string, unknown>>;
/** The same text for the same value, regardless of the order of keys: JSON with sorted keys. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
const isEqual = (a: unknown, b: unknown): boolean => a === b || canonical(a) === canonical(b);

const differing = (before: Fields, after: Fields): readonly string[] =>
  [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((key) => !isEqual(before[key], after[key]));

const compare = (before: ReadonlyMap<string, object>, after: ReadonlyMap<string, object>): Changes => ({
  added: [...after.keys()].filter((name) => !before.has(name)),
  removed: [...before.keys()].filter((name) => !after.has(name)),
  changed: [...after].flatMap(([name, value]) => {
    const earlier = before.get(name);
    const fields = earlier === undefined ? [] : differing(earlier as Fields, value as Fields);
    return fields.length === 0 ? [] : [{ name, fields }];
  }),
});

const servicesOf = (mesh: Mesh | null) => new Map(mesh?.services.map((service) => [service.name, service]));
const edgesOf = (mesh: Mesh | null) => new Map(mesh?.edges.map((edge) => [edge.id, edge]));

/** Difference of two meshes; null stands for an empty mesh. */
export const diffMeshes = (before: Mesh | null, after: Mesh | null): MeshDiff => ({
  services: compare(servicesOf(before), servicesOf(after)),
  edges: compare(edgesOf(before), edgesOf(after)),
});

const isNone = ({ added, removed, changed }: Changes): boolean => added.length + removed.length + changed.length === 0;
export const isSame = ({ services, edges }: MeshDiff): boolean => isNone(services) && isNone(edges);

const linesOf = (what: string, { added, removed, changed }: Changes): readonly string[] => [
  ...added.map((name) => `+ ${what} ${name}`),
  ...removed.map((name) => `- ${what} ${name}`),
  ...changed.map(({ name, fields }) => `~ ${what} ${name}: ${fields.join(", ")}`),
];
/** Lines such as `+ service payments`, `- edge checkout->ledger`, `~ service payments: endpoints, labels`. */
export const describeDiff = ({ services, edges }: MeshDiff): readonly string[] => [
  ...linesOf("service", services),
  ...linesOf("edge", edges),
];

const serviceIn = (mesh: Mesh, name: string): Service | undefined => mesh.services.find((each) => each.name === name);
/**
 * All data that decides an agent's behaviour on an edge, except the addresses of the callee: the edge's own fields, and
 * the fields of both ends that a fault or a check reads.
 */
const whole = (mesh: Mesh, edge: Edge): string => {
  const [from, to] = [serviceIn(mesh, edge.from), serviceIn(mesh, edge.to)];
  return canonical([edge, from?.labels, from?.protected, to?.labels, to?.protected, to?.ready]);
};
/** An address that stays, with other labels: a selector may mean another set of the same instances now. */
const isRelabelled = (before: Service | undefined, after: Service | undefined): boolean => {
  const later = new Map(after?.endpoints.map(({ address, labels }) => [address, labels]));
  return (before?.endpoints ?? []).some(
    ({ address, labels }) => later.has(address) && !isEqual(labels, later.get(address)),
  );
};
/**
 * Edges that are gone or changed: a run on such an edge can no longer show what the run set out to show. Instances of
 * the callee that come and go (`instances.ts`) do not change an edge.
 */
export const edgesTouched = (before: Mesh | null, after: Mesh | null): ReadonlySet<EdgeId> => {
  const later = edgesOf(after);
  const touched = (before?.edges ?? []).filter((edge) => {
    const now = later.get(edge.id);
    if (now === undefined || after === null || whole(before!, edge) !== whole(after, now)) return true;
    return isRelabelled(serviceIn(before!, edge.to), serviceIn(after, edge.to));
  });
  return new Set(touched.map(({ id }) => id));
};
