/** Grouping: services drawn separately or as a group, so that 300 services are as readable as 5. Pure. */
import type { Mesh, Service } from "../../experiments/model/mesh/mesh.ts";
import type { EdgeId, ServiceName } from "../../experiments/model/names.ts";

/** Id of a drawn node: the name of a service, or `group:` and the label's value. No service name has a colon. */
export type ShownId = string;
export interface ShownService {
  readonly kind: "service";
  readonly id: ShownId;
  readonly service: Service;
  /** Open group around the service; null: none. */
  readonly inside: ShownId | null;
}
export interface ShownGroup {
  readonly kind: "group";
  readonly id: ShownId;
  readonly value: string;
  readonly services: readonly ServiceName[];
  readonly open: boolean;
}
/** Edge between drawn nodes; `edges`: the mesh edges in this drawn edge, both where a pair has two places. */
export interface ShownEdge {
  readonly id: string;
  readonly from: ShownId;
  readonly to: ShownId;
  readonly edges: readonly EdgeId[];
}
export interface MeshView {
  readonly nodes: readonly (ShownService | ShownGroup)[];
  readonly edges: readonly ShownEdge[];
  /** Drawn node of each service. */
  readonly standsFor: ReadonlyMap<ServiceName, ShownId>;
}

/** Services without the label. */
const WITHOUT = "(none)";
/** Service limit: larger meshes are grouped by default. */
export const MOST_UNGROUPED = 60;
const MOST_GROUPS = 40;

export const groupOf = (key: string, { labels }: Service): string => labels[key] ?? WITHOUT;
export const groupId = (value: string): ShownId => `group:${value}`;

/** Labels that tell services apart, by name. */
export const groupingsOf = ({ services }: Mesh): readonly string[] => {
  const keys = new Set(services.flatMap(({ labels }) => Object.keys(labels)));
  return [...keys]
    .filter((key) => {
      const values = new Set(services.map((service) => groupOf(key, service)));
      return values.size > 1 && values.size <= Math.min(MOST_GROUPS, services.length - 1);
    })
    .sort();
};
/** Fewer groups than this say little. */
const FEWEST_USUAL = 4;
/**
 * Default grouping of a mesh too large to draw service by service: of the labels that make at least four groups, the
 * label with the fewest edges between groups. null: none.
 */
export const usualGrouping = (mesh: Mesh): string | null => {
  if (mesh.services.length <= MOST_UNGROUPED) return null;
  const between = (key: string) => meshViewOf(mesh, key, new Set()).edges.length;
  const all = groupingsOf(mesh).toSorted((a, b) => between(a) - between(b));
  const groups = (key: string) => new Set(mesh.services.map((service) => groupOf(key, service))).size;
  return all.find((key) => groups(key) >= FEWEST_USUAL) ?? all[0] ?? null;
};

const shownEdges = ({ edges }: Mesh, standsFor: ReadonlyMap<ServiceName, ShownId>): readonly ShownEdge[] => {
  const shown = new Map<string, { from: ShownId; to: ShownId; edges: EdgeId[] }>();
  for (const { id, from, to } of edges) {
    const [start, end] = [standsFor.get(from), standsFor.get(to)];
    // An edge within a closed group is not drawn.
    if (start === undefined || end === undefined || (start === end && start !== from)) continue;
    const key = `${start}=>${end}`;
    const known = shown.get(key);
    if (known === undefined) shown.set(key, { from: start, to: end, edges: [id] });
    else known.edges.push(id);
  }
  return [...shown.values()].map((edge) => ({
    ...edge,
    id: edge.edges.length === 1 ? edge.edges[0]! : `${edge.from}=>${edge.to}`,
  }));
};

/** `key`: the grouping label; null: no grouping. `open`: values of the groups that are drawn service by service. */
export const meshViewOf = (mesh: Mesh, key: string | null, open: ReadonlySet<string>): MeshView => {
  if (key === null) {
    const standsFor = new Map(mesh.services.map(({ name }) => [name, name]));
    const nodes = mesh.services.map(
      (service): ShownService => ({ kind: "service", id: service.name, service, inside: null }),
    );
    return { nodes, edges: shownEdges(mesh, standsFor), standsFor };
  }
  const values = [...new Set(mesh.services.map((service) => groupOf(key, service)))].sort();
  const nodes = values.flatMap((value): readonly (ShownGroup | ShownService)[] => {
    const services = mesh.services.filter((service) => groupOf(key, service) === value);
    const isOpen = open.has(value);
    const group: ShownGroup = {
      ...{ kind: "group", id: groupId(value), value, open: isOpen },
      services: services.map(({ name }) => name),
    };
    if (!isOpen) return [group];
    return [
      group,
      ...services.map((service): ShownService => ({ kind: "service", id: service.name, service, inside: group.id })),
    ];
  });
  const standsFor = new Map(
    mesh.services.map((service) => {
      const value = groupOf(key, service);
      return [service.name, open.has(value) ? service.name : groupId(value)];
    }),
  );
  return { nodes, edges: shownEdges(mesh, standsFor), standsFor };
};
/** Id of the drawn element that shows a selection: an edge may be drawn together with others. */
export const drawnAs = ({ edges }: MeshView, selected: string | null): string | null =>
  edges.find((shown) => shown.edges.some((id) => id === selected))?.id ?? selected;
