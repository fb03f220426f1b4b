/** A level in the words of ELK, and back. Pure. */
import type { ElkExtendedEdge, ElkNode } from "elkjs/lib/elk-api.js";
import { LABEL_ROOM, type Level, type Placed } from "./level.ts";
import { splineThrough } from "./route-shape.ts";

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "SPLINES",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.edgeLabel": "6",
  "elk.spacing.componentComponent": "48",
  "elk.aspectRatio": "1.8",
};
const WITH_LABELS = {
  "elk.spacing.edgeNode": "20",
  "elk.spacing.edgeEdge": "14",
  "elk.layered.spacing.nodeNodeBetweenLayers": "32",
  "elk.layered.spacing.edgeNodeBetweenLayers": "20",
};
/** Tight spacing: a narrow picture is not tall, and can be shown at a larger zoom. */
const WITHOUT_LABELS = {
  "elk.spacing.edgeNode": "10",
  "elk.spacing.edgeEdge": "6",
  "elk.layered.spacing.nodeNodeBetweenLayers": "90",
};
/** Splines of many edges take seconds. */
const MANY = 200;
const optionsOf = ({ labels, edges }: Level, spread: number, direction: "RIGHT" | "DOWN") => ({
  ...OPTIONS,
  "elk.direction": direction,
  ...(labels ? WITH_LABELS : WITHOUT_LABELS),
  "elk.spacing.nodeNode": String(Math.round((labels ? 36 : 20) * spread)),
  ...(edges.length > MANY && { "elk.layered.thoroughness": "2" }),
});

/** `spread`: factor on the vertical distance between nodes. */
export const elkGraphOf = (level: Level, spread = 1, direction: "RIGHT" | "DOWN" = "RIGHT"): ElkNode => ({
  id: "level",
  layoutOptions: optionsOf(level, spread, direction),
  children: level.nodes.map(({ id, width, height }) => ({ id, width, height })),
  edges: level.edges.map(({ id, from, to }): ElkExtendedEdge => {
    const label = { id: `label ${id}`, text: "-", ...LABEL_ROOM, layoutOptions: { "elk.edgeLabels.inline": "true" } };
    return { id, sources: [from], targets: [to], ...(level.labels && { labels: [label] }) };
  }),
});

const routesOf = ({ id, sections, labels }: ElkExtendedEdge) => {
  const [section] = sections ?? [];
  const [label] = labels ?? [];
  if (section === undefined) return [];
  const centre =
    label === undefined
      ? null
      : { x: (label.x ?? 0) + LABEL_ROOM.width / 2, y: (label.y ?? 0) + LABEL_ROOM.height / 2 };
  const route = splineThrough([section.startPoint, ...(section.bendPoints ?? []), section.endPoint], centre);
  return route === null ? [] : [[id, route] as const];
};
export const placedOf = (graph: ElkNode): Placed => ({
  width: graph.width ?? 0,
  height: graph.height ?? 0,
  boxes: Object.fromEntries(
    (graph.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }) => [id, { x, y, width, height }]),
  ),
  routes: Object.fromEntries((graph.edges ?? []).flatMap(routesOf)),
});
