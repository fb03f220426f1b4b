/**
 * Roving focus: a single Tab stop for all services of a picture, and arrow keys between services. With 300 services and
 * 1,200 edges, Tab alone would never reach the end of the page. Pure.
 */
import type { ShownId } from "./grouping.ts";
import type { Box } from "./level.ts";

export type Arrow = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";
const ARROWS: Readonly<Record<Arrow, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
export const isArrow = (key: string): key is Arrow => Object.hasOwn(ARROWS, key);
/** Weight of a sideways step: the next box in a row comes before a nearer box of another row. */
const ASIDE = 2.5;

/** The nearest box in the direction of an arrow key; null: there is none. */
export const boxBeside = (boxes: Readonly<Record<ShownId, Box>>, from: ShownId, key: Arrow): ShownId | null => {
  const start = boxes[from];
  if (start === undefined) return null;
  const [towardsX, towardsY] = ARROWS[key];
  const found = Object.entries(boxes).flatMap(([id, box]) => {
    const dx = box.x + box.width / 2 - (start.x + start.width / 2);
    const dy = box.y + box.height / 2 - (start.y + start.height / 2);
    const ahead = dx * towardsX + dy * towardsY;
    const aside = Math.abs(dx * towardsY) + Math.abs(dy * towardsX);
    return id === from || ahead <= 1 ? [] : [{ id, cost: ahead + ASIDE * aside }];
  });
  return found.toSorted((a, b) => a.cost - b.cost)[0]?.id ?? null;
};
