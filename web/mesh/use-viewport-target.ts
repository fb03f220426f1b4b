/** Viewport of the graph: moved to the searched or selected nodes, and kept there. */
import { useReactFlow, useStore, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";
import { asEdgeId } from "../../experiments/model/names.ts";
import { around } from "./arrange.ts";
import type { Picture } from "./layouts.ts";
import { type Box, LABEL_ROOM, type Size } from "./level.ts";

/** Zoom. */
export const [FURTHEST, NEAREST] = [0.05, 2];
/** A few services are not blown up to fill the screen. */
const MOST_FIT = 1.15;
const MOVE_MS = 250;
/** Duration of a view move, ms; 0 for users who prefer reduced motion. */
export const moveMs = (): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : MOVE_MS);

/** Nodes to bring into view; a new object repeats the move. `ids` null: the whole mesh. */
export interface ViewportTarget {
  readonly ids: readonly string[] | null;
}
/** Margin around the aim, px: larger for a part of the mesh, smaller where the picture is a low part of a page. */
const ROOM = { all: 32, part: 84, low: 14 };
const viewOf = (box: Box, { width, height }: Size, room: number): Viewport => {
  const fits = Math.min((width - 2 * room) / box.width, (height - 2 * room) / box.height);
  const zoom = Math.max(FURTHEST, Math.min(MOST_FIT, fits));
  return { x: width / 2 - (box.x + box.width / 2) * zoom, y: height / 2 - (box.y + box.height / 2) * zoom, zoom };
};
/** Gap between the selected node and the panel, px. */
const ASIDE = 24;
/** Width of the picture covered by the panel; 0 where the panel stands below. */
const coveredWidth = (): number => {
  const panel = document.querySelector(".mesh-body > .mesh-panel");
  return panel !== null && getComputedStyle(panel).position === "absolute" ? panel.clientWidth : 0;
};
/** Box of a selection: the card of a service; the label of an edge, also of an edge within a bundle. */
const boxOf = ({ layout: { boxes, routes }, shown }: Picture, id: string): Box | undefined => {
  const route = routes[shown.edges.find(({ edges }) => edges.includes(asEdgeId(id)))?.id ?? id];
  const { width, height } = LABEL_ROOM;
  return (
    boxes[shown.standsFor.get(id) ?? id] ??
    (route && { x: route.x - width / 2, y: route.y - height / 2, width, height })
  );
};

/**
 * Moves the view to the aim: at once for a new picture, otherwise in a short move; and again when the stage is resized,
 * unless the user has moved the view meanwhile. Returns the function to call when the user moves the view.
 */
export const useViewportTarget = (
  picture: Picture,
  target: ViewportTarget,
  selected: string | null,
  isPartOfPage: boolean,
) => {
  const { layout, shown, key } = picture;
  const { setViewport, getViewport } = useReactFlow();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const done = useRef<{ readonly key: string; readonly target: ViewportTarget } | null>(null);
  const isMoved = useRef(false);
  useEffect(() => {
    const before = done.current;
    const isNew = before?.key !== key || before.target !== target;
    if (width === 0 || height === 0 || (!isNew && isMoved.current)) return;
    done.current = { key, target };
    isMoved.current = false;
    const boxes = target.ids?.flatMap((id) => layout.boxes[shown.standsFor.get(id) ?? id] ?? []) ?? [layout.extent];
    if (boxes.length === 0) return;
    const duration = before?.key === key && before.target !== target ? moveMs() : 0;
    setViewport(
      viewOf(around(boxes), { width, height }, target.ids !== null ? ROOM.part : isPartOfPage ? ROOM.low : ROOM.all),
      { duration },
    ).catch(reportError);
  }, [width, height, key, target, layout, shown, isPartOfPage, setViewport]);
  // The panel covers a part of the picture: the selection moves out from under the panel, and no element is resized.
  useEffect(() => {
    const box = selected === null ? undefined : boxOf(picture, selected);
    const covered = coveredWidth();
    if (box === undefined || covered === 0 || width === 0) return;
    const { x, y, zoom } = getViewport();
    const over = x + (box.x + box.width) * zoom + ASIDE - (width - covered);
    const spare = x + box.x * zoom - ASIDE;
    const by = Math.min(over, Math.max(0, spare));
    if (by <= 0) return;
    isMoved.current = true;
    setViewport({ x: x - by, y, zoom }, { duration: moveMs() }).catch(reportError);
  }, [selected, width, picture, getViewport, setViewport]);
  return useCallback(() => {
    isMoved.current = true;
  }, []);
};
