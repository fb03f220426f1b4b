/** The mesh as a graph. What stands where changes with the mesh alone; the data run through it. */
import {
  type EdgeChange,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
  useStoreApi,
  ViewportPortal,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import { memo, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Boundaries } from "./boundary.tsx";
import { GroupNode } from "./group-node.tsx";
import type { Picture } from "./layouts.ts";
import type { Box } from "./level.ts";
import { Arrows, MeshEdge } from "./mesh-edge.tsx";
import { type MeshEdge as Edge, edgesOf, type MeshNode, nodesOf } from "./nodes.ts";
import { useStanding } from "./pulse.ts";
import { ServiceNode } from "./service-node.tsx";
import { nearnessOf, type View, ViewContext } from "./view.ts";
import "./graph.css";

const NODES = { service: ServiceNode, together: GroupNode };
const EDGES = { mesh: MeshEdge };
const WORDS = {
  "node.a11yDescription.default": "Press enter to look at it, escape to close.",
  "node.a11yDescription.keyboardDisabled": "Press enter to look at it, escape to close.",
  "edge.a11yDescription.default": "Press enter to look at it, escape to close.",
};
const [FURTHEST, NEAREST] = [0.05, 2];
/** A few services are not blown up to fill the screen. */
const MOST_FIT = 1.15;
const MOVE_MS = 250;
/** Of more edges than this, only those are drawn one by one that something happens on, or that somebody points at. */
const MOST_SEPARATE = 250;
const isStill = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** What to bring into view; another object: anew. `ids` null: all of it. */
export interface Aim {
  readonly ids: readonly string[] | null;
}
export interface GraphProps {
  readonly picture: Picture;
  readonly selected: string | null;
  readonly aim: Aim;
  readonly incoming: View["incoming"];
  /** null: nothing any more. */
  readonly onSelect: (id: string | null) => void;
  readonly onOpen: (group: string) => void;
  readonly onClose: (group: string) => void;
}

const around = (boxes: readonly Box[]): Box => {
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return { x: left, y: top, width: right - left, height: bottom - top };
};
/** Moves the view to where it is aimed at: all of a new picture at once, anything else in a short move. */
const useAim = ({ layout, shown, key }: Picture, aim: Aim): void => {
  const { setViewport } = useReactFlow();
  const [width, height] = useStore(
    ({ width, height }) => [width, height] as const,
    (a, b) => a[0] === b[0] && a[1] === b[1],
  );
  const isKnown = width > 0 && height > 0;
  const done = useRef<{ readonly key: string; readonly aim: Aim; readonly width: number } | null>(null);
  useEffect(() => {
    const before = done.current;
    // The panel that opens beside it takes room: what is looked at stays where it is.
    if (!isKnown || (before?.key === key && before.aim === aim)) return;
    done.current = { key, aim, width };
    const ids = aim.ids?.map((id) => shown.standsFor.get(id) ?? id) ?? Object.keys(layout.boxes);
    const boxes = ids.flatMap((id) => layout.boxes[id] ?? []);
    if (boxes.length === 0) return;
    const box = around(boxes);
    const room = aim.ids === null ? 48 : 140;
    const zoom = Math.min(
      MOST_FIT,
      NEAREST,
      (width - 2 * room * 0.6) / box.width,
      (height - 2 * room * 0.6) / box.height,
    );
    const near = Math.max(FURTHEST, zoom);
    const [x, y] = [width / 2 - (box.x + box.width / 2) * near, height / 2 - (box.y + box.height / 2) * near];
    void setViewport({ x, y, zoom: near }, { duration: before?.key === key && !isStill() ? MOVE_MS : 0 });
  }, [isKnown, width, height, key, aim, layout, shown, setViewport]);
};

/** All edges as a drawing that never changes, whatever passes them. */
const Calm = memo(({ edges }: { readonly edges: readonly Edge[] }) => {
  return (
    <ViewportPortal>
      <svg className="calm-edges" aria-hidden="true">
        {edges.map(({ id, data }) => (
          <path key={id} d={data!.route.d} />
        ))}
      </svg>
    </ViewportPortal>
  );
});

/**
 * While it is dragged, the picture is moved as one image: several times as many frames. Not while it is zoomed: the image would
 * have to be as large as all of the mesh, from near.
 */
const useLift = () => {
  const store = useStoreApi();
  return useMemo(() => {
    const viewport = () => store.getState().domNode?.querySelector(".react-flow__viewport");
    return {
      lift: (event: MouseEvent | TouchEvent | null) => {
        if (event?.type === "mousedown") viewport()?.classList.add("lifted");
      },
      settle: () => void viewport()?.classList.remove("lifted"),
    };
  }, [store]);
};

/** Edges that are to be seen whatever else is: those that something happens on. */
const useHot = (all: readonly Edge[]): ReadonlySet<string> => {
  const ids = useStanding(({ edges }) =>
    all.flatMap(({ id, data }) => {
      const known = data!.of.edges.flatMap((edge) => edges.get(edge) ?? []);
      return known.some(({ hurt, faults, struck }) => hurt !== null || faults.length > 0 || struck) ? [id] : [];
    }),
  );
  return useMemo(() => new Set(ids), [ids]);
};

/** For whoever has no wheel to turn. */
const Zoom = () => {
  const { zoomIn, zoomOut } = useReactFlow();
  const duration = isStill() ? 0 : MOVE_MS;
  return (
    <fieldset className="zoom">
      <legend className="visually-hidden">Zoom</legend>
      <button type="button" aria-label="Nearer" onClick={() => void zoomIn({ duration })}>
        +
      </button>
      <button type="button" aria-label="Further" onClick={() => void zoomOut({ duration })}>
        −
      </button>
    </fieldset>
  );
};

const Flow = ({ picture, selected, aim, incoming, onSelect, onOpen, onClose }: GraphProps) => {
  useAim(picture, aim);
  const level = useStore(({ transform }) => nearnessOf(transform[2]));
  const [pointed, setPointed] = useState<string | null>(null);
  const nodes = useMemo(() => nodesOf(picture, selected), [picture, selected]);
  const all = useMemo(() => edgesOf(picture), [picture]);
  const hot = useHot(all);
  const separate = all.length <= MOST_SEPARATE;
  const edges = useMemo(() => {
    const isLit = (edge: Edge) => [edge.source, edge.target, edge.id].includes(pointed ?? selected ?? "");
    const isSeen = (edge: Edge) => separate || hot.has(edge.id) || isLit(edge) || edge.id === selected;
    return all
      .filter(isSeen)
      .map((edge) =>
        isLit(edge) || edge.id === selected
          ? { ...edge, selected: edge.id === selected, zIndex: 1, data: { ...edge.data!, lit: isLit(edge) } }
          : edge,
      );
  }, [all, separate, hot, pointed, selected]);
  const view = useMemo(
    () => ({ level, labels: level === "near" || picture.layout.labels, incoming, onClose }),
    [level, picture, incoming, onClose],
  );
  const choose = useCallback(
    (changes: readonly (NodeChange<MeshNode> | EdgeChange<Edge>)[]) => {
      const chosen = changes.filter((change) => change.type === "select");
      const next = chosen.find((change) => change.selected);
      if (next === undefined) {
        if (chosen.some(({ id }) => id === selected)) onSelect(null);
      } else if (next.id.startsWith("group:") && !next.id.includes("=>")) onOpen(next.id.slice("group:".length));
      else onSelect(next.id);
    },
    [selected, onSelect, onOpen],
  );
  const { lift, settle } = useLift();
  const point = useCallback((_: unknown, { id }: { readonly id: string }) => setPointed(id), []);
  const unpoint = useCallback(() => setPointed(null), []);
  return (
    <ViewContext value={view}>
      <ReactFlow<MeshNode, Edge>
        className={`graph-flow ${level}`}
        nodes={nodes as MeshNode[]}
        edges={edges as Edge[]}
        nodeTypes={NODES}
        edgeTypes={EDGES}
        onNodesChange={choose}
        onEdgesChange={choose}
        onNodeMouseEnter={point}
        onNodeMouseLeave={unpoint}
        onEdgeMouseEnter={point}
        onEdgeMouseLeave={unpoint}
        onMoveStart={lift}
        onMoveEnd={settle}
        minZoom={FURTHEST}
        maxZoom={NEAREST}
        nodesDraggable={false}
        nodesConnectable={false}
        deleteKeyCode={null}
        selectionKeyCode={null}
        multiSelectionKeyCode={null}
        elevateNodesOnSelect={false}
        ariaLabelConfig={WORDS}
      >
        <Boundaries picture={picture} />
        {!separate && <Calm edges={all} />}
        <Arrows />
        <Zoom />
      </ReactFlow>
    </ViewContext>
  );
};
export const Graph = (props: GraphProps) => (
  <ReactFlowProvider>
    <Flow {...props} />
  </ReactFlowProvider>
);
