/** A level is laid out at once: the whole picture, or the inside of an open group. Pure. */
import type { MeshView, ShownGroup, ShownId } from "./grouping.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}
/** Route of an edge: an SVG path, and the position of the label. */
export interface EdgeRoute {
  readonly d: string;
  readonly x: number;
  readonly y: number;
}
export interface Level {
  readonly nodes: readonly ({ readonly id: ShownId } & Size)[];
  readonly edges: readonly { readonly id: string; readonly from: ShownId; readonly to: ShownId }[];
  /** True if each edge needs room for a label. */
  readonly labels: boolean;
}
/** Laid-out level in local coordinates. */
export interface Placed extends Size {
  readonly boxes: Readonly<Record<ShownId, Box>>;
  readonly routes: Readonly<Record<string, EdgeRoute>>;
}

export const SERVICE: Size = { width: 200, height: 76 };
/** Size of an edge label. */
export const LABEL: Size = { width: 138, height: 36 };
/** Space reserved for an edge label: a fault mark sits on top of the label, and must not move other elements. */
export const LABEL_ROOM: Size = { width: 152, height: 100 };
/** Cell of a closed group, with the gap below: each service is a small square. */
const CELL = 13;
const CELLS_A_ROW = 16;
const CLOSED = { width: 236, height: 82 };
/** Margins around the inside of an open group; the top margin holds the group's name. */
export const INSIDE = { side: 24, top: 48 };
/** Label limit: more labels than this are unreadable at far zoom, and appear at near zoom only. */
const MOST_LABELS = 24;

export const closedSize = (services: number): Size => ({
  width: CLOSED.width,
  height: CLOSED.height + CELL * Math.ceil(services / CELLS_A_ROW),
});
const openSize = ({ width, height }: Size): Size => ({
  width: width + 2 * INSIDE.side,
  height: height + INSIDE.top + INSIDE.side,
});

const levelOf = (nodes: Level["nodes"], edges: Level["edges"]): Level => {
  const known = new Set(nodes.map(({ id }) => id));
  const between = new Map(
    edges.filter(({ from, to }) => known.has(from) && known.has(to)).map((edge) => [edge.id, edge]),
  );
  return { nodes, edges: [...between.values()], labels: between.size <= MOST_LABELS };
};
/** Level inside an open group. */
export const insideOf = ({ nodes, edges }: MeshView, group: ShownGroup): Level =>
  levelOf(
    nodes.flatMap((node) => (node.kind === "service" && node.inside === group.id ? [{ id: node.id, ...SERVICE }] : [])),
    edges,
  );
/** `insides`: layouts of the open groups. Edges of nodes inside a group count as the group's edges. */
export const outsideOf = ({ nodes, edges }: MeshView, insides: ReadonlyMap<ShownId, Placed>): Level => {
  const insideIn = new Map(
    nodes.flatMap((node) => (node.kind === "service" && node.inside !== null ? [[node.id, node.inside] as const] : [])),
  );
  const lift = (id: ShownId) => insideIn.get(id) ?? id;
  const top = nodes.flatMap((node) => {
    if (node.kind === "service") return node.inside === null ? [{ id: node.id, ...SERVICE }] : [];
    const inside = insides.get(node.id);
    return [{ id: node.id, ...(inside === undefined ? closedSize(node.services.length) : openSize(inside)) }];
  });
  const lifted = edges.flatMap(({ id, from, to }) => {
    const [start, end] = [lift(from), lift(to)];
    if (start === end) return from === to ? [{ id, from, to }] : [];
    // An edge that ends inside of a group gets a separate route later; this edge only carries the direction of the
    // calls.
    return [{ id: start === from && end === to ? id : `${start}=>${end}`, from: start, to: end }];
  });
  return levelOf(top, lifted);
};
