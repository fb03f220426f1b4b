/** The shape of an edge. Pure. */
import type { Box, EdgeRoute } from "./level.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}
const at = ({ x, y }: Point): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
const middle = (a: Point, b: Point, c: Point, d: Point): Point => ({
  x: (a.x + 3 * b.x + 3 * c.x + d.x) / 8,
  y: (a.y + 3 * b.y + 3 * c.y + d.y) / 8,
});

/**
 * Route through the points of an ELK spline: a start, then three points for each piece. Other points get straight
 * lines.
 */
export const splineThrough = (points: readonly Point[], label: Point | null): EdgeRoute | null => {
  const [start, ...rest] = points;
  if (start === undefined || rest.length === 0) return null;
  const isSpline = rest.length % 3 === 0;
  const parts = isSpline
    ? rest.flatMap((_, index) =>
        index % 3 === 0
          ? [
              `C${rest
                .slice(index, index + 3)
                .map(at)
                .join(" ")}`,
            ]
          : [],
      )
    : rest.map((point) => `L${at(point)}`);
  const half = Math.floor(rest.length / 6) * 3;
  const from = half === 0 ? start : rest[half - 1]!;
  const centre =
    label ??
    (isSpline
      ? middle(from, rest[half]!, rest[half + 1]!, rest[half + 2]!)
      : { x: (start.x + rest.at(-1)!.x) / 2, y: (start.y + rest.at(-1)!.y) / 2 });
  return { d: `M${at(start)}${parts.join("")}`, x: centre.x, y: centre.y };
};

/** Least sideways swing of a curve before the turn. */
const LEAST_SWING = 40;
/** Most swing of a curve back over other boxes: a larger turn would lie far outside of the picture. */
const BACK_SWING = 160;
/** Curve from the right side of a box to the left side of another; from a box to the same box, over the top. */
export const routeBetween = (from: Box, to: Box): EdgeRoute => {
  const start = { x: from.x + from.width, y: from.y + from.height / 2 };
  const end = { x: to.x, y: to.y + to.height / 2 };
  if (from === to) {
    const top = from.y - LEAST_SWING;
    const [out, back] = [
      { x: start.x + LEAST_SWING, y: top },
      { x: end.x - LEAST_SWING, y: top },
    ];
    return splineThrough([start, out, back, end], null)!;
  }
  const ahead = end.x - start.x;
  const swing = ahead < 0 ? Math.min(BACK_SWING, Math.max(LEAST_SWING, -ahead / 2)) : Math.max(LEAST_SWING, ahead / 2);
  const [out, into] = [
    { x: start.x + swing, y: start.y },
    { x: end.x - swing, y: end.y },
  ];
  return splineThrough([start, out, into, end], null)!;
};
