/** Layout of the whole picture, combined from levels. Pure: `place` lays out a single level. */
import type { MeshView, ShownGroup, ShownId } from "./grouping.ts";
import { type Box, type EdgeRoute, INSIDE, insideOf, type Level, outsideOf, type Placed } from "./level.ts";
import { routeBetween } from "./route-shape.ts";

export interface Layout {
  readonly boxes: Readonly<Record<ShownId, Box>>;
  readonly routes: Readonly<Record<string, EdgeRoute>>;
  /** Box around the whole picture: edges reach further out than the joined nodes. */
  readonly extent: Box;
  /** True if every label has room. */
  readonly labels: boolean;
}

const NUMBER = /-?\d+(\.\d+)?/g;
/** A path in other coordinates. */
const moved = ({ d, x, y }: EdgeRoute, dx: number, dy: number): EdgeRoute => {
  let isX = false;
  const path = d.replace(NUMBER, (number) => {
    isX = !isX;
    return String(Math.round((Number(number) + (isX ? dx : dy)) * 10) / 10);
  });
  return { d: path, x: x + dx, y: y + dy };
};

/** Bounding box; `boxes` must not be empty. */
export const around = (boxes: readonly Box[]): Box => {
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
};
/** Points on a path: both ends of each curve and three points between, since the control points lie far outside. */
const pointsOn = ({ d }: EdgeRoute): readonly Box[] => {
  const numbers = (d.match(NUMBER) ?? []).map(Number);
  const given = numbers.flatMap((x, index) => (index % 2 === 0 ? [{ x, y: numbers[index + 1]! }] : []));
  const at = (points: typeof given) => points.map(({ x, y }) => ({ x, y, width: 0, height: 0 }));
  if (!d.includes("C")) return at(given);
  return given.flatMap((from, index) => {
    const [a, b, to] = given.slice(index + 1, index + 4);
    if (index % 3 !== 0 || a === undefined || b === undefined || to === undefined)
      return index % 3 === 0 ? at([from]) : [];
    const on = (t: number) => {
      const [p, q] = [1 - t, t];
      const mix = (of: "x" | "y") =>
        p ** 3 * from[of] + 3 * p * p * q * a[of] + 3 * p * q * q * b[of] + q ** 3 * to[of];
      return { x: mix("x"), y: mix("y") };
    };
    return at([from, on(0.25), on(0.5), on(0.75)]);
  });
};

export const arrange = async (shown: MeshView, place: (level: Level) => Promise<Placed>): Promise<Layout> => {
  const open = shown.nodes.filter((node): node is ShownGroup => node.kind === "group" && node.open);
  const insides = new Map<ShownId, Placed>();
  for (const group of open) insides.set(group.id, await place(insideOf(shown, group)));
  const level = outsideOf(shown, insides);
  const outside = await place(level);
  const boxes: Record<ShownId, Box> = { ...outside.boxes };
  const routes: Record<string, EdgeRoute> = { ...outside.routes };
  for (const [id, inside] of insides) {
    const group = boxes[id]!;
    const [dx, dy] = [group.x + INSIDE.side, group.y + INSIDE.top];
    for (const [name, box] of Object.entries(inside.boxes)) boxes[name] = { ...box, x: box.x + dx, y: box.y + dy };
    for (const [edge, route] of Object.entries(inside.routes)) routes[edge] = moved(route, dx, dy);
  }
  const drawn = shown.edges.flatMap(({ id, from, to }) => {
    const [start, end] = [boxes[from], boxes[to]];
    const route = routes[id] ?? (start && end && routeBetween(start, end));
    return route === undefined ? [] : [[id, route] as const];
  });
  const extent = around([...Object.values(boxes), ...drawn.map(([, route]) => around(pointsOn(route)))]);
  return { boxes, routes: Object.fromEntries(drawn), extent, labels: level.labels && open.length === 0 };
};
