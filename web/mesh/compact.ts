/**
 * Layout of a level too large for ELK, which takes half a minute for 1,200 edges and answers with a picture too large
 * to see whole: callers left of callees, neighbours near each other, long columns folded until the picture has the
 * shape of a screen. Pure.
 */
import type { ShownId } from "./grouping.ts";
import type { Box, Level, Placed } from "./level.ts";
import { routeBetween } from "./route-shape.ts";

/** Width to height. */
const SHAPE = 1.8;
/** Gap between columns, and gap between the nodes of a column. */
const [ASIDE, BELOW] = [60, 20];
/** More between columns of different depth. */
const BETWEEN = 100;
const SWEEPS = 6;

type Calls = ReadonlyMap<ShownId, readonly ShownId[]>;
const callsOf = ({ nodes, edges }: Level, of: "from" | "to", to: "from" | "to"): Calls => {
  const calls = new Map(nodes.map(({ id }): [ShownId, ShownId[]] => [id, []]));
  for (const edge of edges) if (edge.from !== edge.to) calls.get(edge[of])?.push(edge[to]);
  return calls;
};

/** By the longest way of calls that leads there; a call that closes a circle does not count. */
const depthsOf = (level: Level, callers: Calls): ReadonlyMap<ShownId, number> => {
  const depths = new Map<ShownId, number>();
  const under = new Set<ShownId>();
  const depthOf = (id: ShownId): number => {
    const known = depths.get(id);
    if (known !== undefined) return known;
    under.add(id);
    const above = (callers.get(id) ?? []).filter((caller) => !under.has(caller));
    const depth = above.length === 0 ? 0 : 1 + Math.max(...above.map(depthOf));
    under.delete(id);
    depths.set(id, depth);
    return depth;
  };
  for (const { id } of level.nodes) depthOf(id);
  return depths;
};

/** Sorts each column so that nodes stand near callers and callees: by the mean position of these, a few sweeps. */
const ordered = (
  columns: readonly (readonly ShownId[])[],
  neighbours: readonly Calls[],
): readonly (readonly ShownId[])[] => {
  let now = columns;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const places = new Map(now.flatMap((column) => column.map((id, row) => [id, row / column.length] as const)));
    const centreOf = (id: ShownId): number => {
      const near = neighbours.flatMap((calls) => calls.get(id) ?? []);
      return near.length === 0
        ? places.get(id)!
        : near.reduce((sum, other) => sum + places.get(other)!, 0) / near.length;
    };
    now = now.map((column) => {
      const centres = new Map(column.map((id) => [id, centreOf(id)]));
      return column.toSorted((a, b) => centres.get(a)! - centres.get(b)!);
    });
  }
  return now;
};

const folded = (columns: readonly (readonly ShownId[])[], rows: number) =>
  columns.map((column) => {
    const count = Math.ceil(column.length / rows);
    const each = Math.ceil(column.length / count);
    return Array.from({ length: count }, (_, index) => column.slice(index * each, (index + 1) * each));
  });
/**
 * Rows of a column for which the whole has the shape of a screen; `across`, `down`: width and height of a node with
 * gap.
 */
const rowsFor = (columns: readonly (readonly ShownId[])[], across: number, down: number): number => {
  const most = Math.max(1, ...columns.map(({ length }) => length));
  const off = (rows: number) => {
    const width = folded(columns, rows).reduce((sum, parts) => sum + parts.length * across + BETWEEN, 0);
    return Math.abs(Math.log(width / (rows * down) / SHAPE));
  };
  const all = Array.from({ length: most }, (_, index) => index + 1);
  return all.toSorted((a, b) => off(a) - off(b))[0]!;
};

export const compact = (level: Level): Placed => {
  const callers = callsOf(level, "to", "from");
  const callees = callsOf(level, "from", "to");
  const depths = depthsOf(level, callers);
  const columns = Array.from({ length: Math.max(0, ...depths.values()) + 1 }, (_, depth) =>
    level.nodes.flatMap(({ id }) => (depths.get(id) === depth ? [id] : [])),
  );
  const inOrder = ordered(columns, [callers, callees]);
  const sizes = new Map(level.nodes.map((node) => [node.id, node]));
  const across = Math.max(...level.nodes.map(({ width }) => width)) + ASIDE;
  const down = level.nodes.reduce((sum, { height }) => sum + height + BELOW, 0) / level.nodes.length;
  const parts = folded(inOrder, rowsFor(inOrder, across, down));
  const tallOf = (part: readonly ShownId[]) => part.reduce((sum, id) => sum + sizes.get(id)!.height + BELOW, -BELOW);
  const height = Math.max(...parts.flat().map(tallOf));
  const boxes: Record<ShownId, Box> = {};
  let x = 0;
  for (const part of parts.flatMap((column) => [...column, null])) {
    // null: the depth ends.
    if (part === null) {
      x += BETWEEN;
      continue;
    }
    let y = (height - tallOf(part)) / 2;
    for (const id of part) {
      const { width, height: tall } = sizes.get(id)!;
      boxes[id] = { x, y, width, height: tall };
      y += tall + BELOW;
    }
    x += across;
  }
  const routes = level.edges.map(({ id, from, to }) => [id, routeBetween(boxes[from]!, boxes[to]!)] as const);
  return { width: x - BETWEEN - ASIDE, height, boxes, routes: Object.fromEntries(routes) };
};
