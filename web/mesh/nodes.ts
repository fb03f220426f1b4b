/**
 * Nodes and edges for React Flow. Both change with the mesh, the grouping and the selection, never with the data.
 * Pure.
 */
import { type Edge, type Node, Position } from "@xyflow/react";
import { countText } from "./figures.ts";
import type { ShownEdge, ShownGroup, ShownService } from "./grouping.ts";
import type { Picture } from "./layouts.ts";
import type { Box, EdgeRoute } from "./level.ts";

export type ServiceNode = Node<{ readonly of: ShownService }, "service">;
export type GroupNode = Node<{ readonly of: ShownGroup }, "together">;
export type MeshNode = ServiceNode | GroupNode;
export type MeshEdge = Edge<{ readonly of: ShownEdge; readonly route: EdgeRoute; readonly lit: boolean }, "mesh">;

/** Open groups lie below the boundaries, those below the edges, and services on top. */
const BELOW_ALL = -2;

/** Sizes are given, so that React Flow need not draw nodes to measure sizes. */
const placed = (id: string, { x, y, width, height }: Box) => ({
  ...{ id, position: { x, y }, width, height, measured: { width, height } },
  handles: [
    { type: "target" as const, position: Position.Left, x: 0, y: height / 2, width: 1, height: 1 },
    { type: "source" as const, position: Position.Right, x: width, y: height / 2, width: 1, height: 1 },
  ],
});
/** `stop`: the only node that the Tab key reaches. */
export const nodesOf = (
  { shown, layout }: Picture,
  selected: string | null,
  stop: string | null,
): readonly MeshNode[] =>
  shown.nodes.flatMap((of): readonly MeshNode[] => {
    const box = layout.boxes[of.id];
    if (box === undefined) return [];
    const focusing = of.id === stop ? { focusable: true } : { focusable: false, domAttributes: { tabIndex: -1 } };
    const known = { ...placed(of.id, box), ...focusing, selected: of.id === selected };
    if (of.kind === "service")
      return [{ ...known, type: "service", ariaLabel: `service ${of.service.name}`, data: { of } }];
    const ariaLabel = `group ${of.value}, ${countText(of.services.length, "service")}`;
    const asBox = of.open ? { zIndex: BELOW_ALL, selectable: false, focusable: false } : {};
    return [{ ...known, ...asBox, type: "together", ariaLabel, data: { of } }];
  });

/** Edge label from the names of both ends, services or groups. */
export const edgeLabel = ({ from, to }: Pick<ShownEdge, "from" | "to">): string =>
  `${from.replace(/^group:/, "")} → ${to.replace(/^group:/, "")}`;
export const edgesOf = ({ shown, layout }: Picture): readonly MeshEdge[] =>
  shown.edges.flatMap((of): readonly MeshEdge[] => {
    const route = layout.routes[of.id];
    if (route === undefined) return [];
    const ariaLabel = `edge ${edgeLabel(of)}`;
    return [{ id: of.id, source: of.from, target: of.to, type: "mesh", ariaLabel, data: { of, route, lit: false } }];
  });
