/** What is laid out at once: the whole picture, or what is inside of one open group. Pure. */
import type { MeshView, ShownGroup, ShownId } from "./grouping.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Box extends Size {
  readonly x: number;
  readonly y: number;
}
/** How an edge runs: an SVG path, and where its label is. */
export interface EdgeRoute {
  readonly d: string;
  readonly x: number;
  readonly y: number;
}
export interface Level {
  readonly nodes: readonly ({ readonly id: ShownId } & Size)[];
  readonly edges: readonly { readonly id: string; readonly from: ShownId; readonly to: ShownId }[];
  /** Whether there is to be room for a label on each edge. */
  readonly labels: boolean;
}
/** A level in coordinates of its own. */
export interface Placed extends Size {
  readonly boxes: Readonly<Record<ShownId, Box>>;
  readonly routes: Readonly<Record<string, EdgeRoute>>;
}

export const SERVICE: Size = { width: 200, height: 76 };
/** Of an edge. */
export const LABEL: Size = { width: 138, height: 36 };
/** What is kept free for it: a fault is marked on top of it, and nothing may move when one comes. */
export const LABEL_ROOM: Size = { width: 152, height: 100 };
/** Each service of a closed group is a small square; with the gap below it. */
const CELL = 13;
const CELLS_A_ROW = 16;
const CLOSED = { width: 236, height: 82 };
/** Around what is inside of an open group; the top is its name. */
export const INSIDE = { side: 24, top: 48 };
/** More labels than this are no longer read but looked at: they come when one goes near. */
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
/** What is inside of an open group. */
export const insideOf = ({ nodes, edges }: MeshView, group: ShownGroup): Level =>
  levelOf(
    nodes.flatMap((node) => (node.kind === "service" && node.inside === group.id ? [{ id: node.id, ...SERVICE }] : [])),
    edges,
  );
/** `insides`: of the open groups. Edges of what is inside of a group count as the group's. */
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
    // An edge that ends inside of a group gets its own route later; here it only says who calls whom.
    return [{ id: start === from && end === to ? id : `${start}=>${end}`, from: start, to: end }];
  });
  return levelOf(top, lifted);
};
