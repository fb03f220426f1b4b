/** The mesh as a graph. Positions change with the mesh alone; live data changes only the drawing. */
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
import { type CSSProperties, type KeyboardEvent, memo, useCallback, useMemo, useState } from "react";
import { Boundaries } from "./boundary.tsx";
import { GroupNode } from "./group-node.tsx";
import { drawnAs } from "./grouping.ts";
import type { Picture } from "./layouts.ts";
import { Arrows, MeshEdge } from "./mesh-edge.tsx";
import { useMeshStatus } from "./mesh-status-store.ts";
import { type MeshEdge as Edge, edgesOf, type MeshNode, nodesOf } from "./nodes.ts";
import { boxBeside, isArrow } from "./roving.ts";
import { ServiceNode } from "./service-node.tsx";
import { FURTHEST, moveMs, NEAREST, useViewportTarget, type ViewportTarget } from "./use-viewport-target.ts";
import { leastOf, nearnessOf, PARTS_FROM, type View, ViewContext, WORDS_FROM } from "./view.ts";
import "./graph.css";

const NODES = { service: ServiceNode, together: GroupNode };
const EDGES = { mesh: MeshEdge };
const WORDS = {
  "node.a11yDescription.default": "Press arrow keys to go to the next one, enter to look at it, escape to close.",
  "node.a11yDescription.keyboardDisabled":
    "Press arrow keys to go to the next one, enter to look at it, escape to close.",
  "edge.a11yDescription.default": "Press enter to look at it, escape to close.",
};
/** Edge limit: in larger meshes only affected edges and edges under the pointer are drawn separately. */
const MOST_SEPARATE = 250;

/** Font size of an edge's figures at near zoom, px. */
const SMALLEST = 11;

export interface GraphProps {
  readonly picture: Picture;
  readonly selected: string | null;
  readonly target: ViewportTarget;
  readonly incoming: View["incoming"];
  /** A picture among others: the wheel scrolls the page. */
  readonly isPartOfPage?: boolean;
  /** Called with the selected id; null: selection cleared. */
  readonly onSelect: (id: string | null) => void;
  readonly onOpen: (group: string) => void;
  readonly onClose: (group: string) => void;
}

/** All edges as a static drawing, independent of the traffic. */
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
 * Drag acceleration: while dragged, the picture moves as a single image, with several times as many frames. Zooming
 * goes without: at near zoom the image would have to be as large as the whole mesh.
 */
const useLift = (onMoved: () => void) => {
  const store = useStoreApi();
  return useMemo(() => {
    const viewport = () => store.getState().domNode?.querySelector(".react-flow__viewport");
    return {
      lift: (event: MouseEvent | TouchEvent | null) => {
        // null: the move has no user event behind.
        if (event !== null) onMoved();
        if (event?.type === "mousedown") viewport()?.classList.add("lifted");
      },
      settle: () => {
        viewport()?.classList.remove("lifted");
      },
    };
  }, [store, onMoved]);
};

/** Edges that are always drawn: those affected, faulted, or struck by a run. */
const useHot = (all: readonly Edge[]): ReadonlySet<string> => {
  const ids = useMeshStatus(({ edges }) =>
    all.flatMap(({ id, data }) => {
      const known = data!.of.edges.flatMap((edge) => edges.get(edge) ?? []);
      return known.some(({ damaged, faults, struck }) => damaged !== null || faults.length > 0 || struck) ? [id] : [];
    }),
  );
  return useMemo(() => new Set(ids), [ids]);
};

/**
 * Tab-stop limit: with more edges, the edges are reached from the panels of the services, or Tab would take too long.
 */
const MOST_STOPS = 24;
/** Node that the Tab key reaches: the last node reached by an arrow key, else the selected node, else the first. */
const useStop = ({ shown, layout }: Picture, selected: string | null) => {
  const [went, setWent] = useState<string | null>(null);
  const isThere = (id: string | null): id is string => id !== null && layout.boxes[id] !== undefined;
  const stops = shown.nodes.flatMap((node) => (node.kind === "group" && node.open ? [] : [node.id]));
  const stop = [went, selected].find(isThere) ?? stops[0] ?? null;
  const onKeyDown = useCallback(
    (event: KeyboardEvent) => {
      const on = event.target instanceof Element ? event.target.closest(".react-flow__node") : null;
      const from = on?.getAttribute("data-id") ?? null;
      if (on === null || from === null || !isArrow(event.key)) return;
      const boxes = Object.fromEntries(stops.flatMap((id) => (layout.boxes[id] ? [[id, layout.boxes[id]]] : [])));
      const next = boxBeside(boxes, from, event.key);
      if (next === null) return;
      event.preventDefault();
      setWent(next);
      const nodes = on.parentElement?.children ?? [];
      const found = [...nodes].find((node) => node.getAttribute("data-id") === next);
      if (found instanceof HTMLElement) found.focus();
    },
    [layout, stops],
  );
  return { stop, onKeyDown };
};

/** Zoom buttons for users without a mouse wheel. */
const Zoom = ({ onMoved }: { readonly onMoved: () => void }) => {
  const { zoomIn, zoomOut } = useReactFlow();
  const turn = (zoom: typeof zoomIn) => {
    onMoved();
    zoom({ duration: moveMs() }).catch(reportError);
  };
  return (
    <fieldset className="zoom">
      <legend className="visually-hidden">Zoom</legend>
      <button type="button" aria-label="Nearer" onClick={() => turn(zoomIn)}>
        +
      </button>
      <button type="button" aria-label="Further" onClick={() => turn(zoomOut)}>
        −
      </button>
    </fieldset>
  );
};

const Flow = (props: GraphProps) => {
  const { picture, target, incoming, isPartOfPage = false, onSelect, onOpen, onClose } = props;
  const selected = drawnAs(picture.shown, props.selected);
  const onMoved = useViewportTarget(picture, target, selected, isPartOfPage);
  const level = useStore(({ transform }) => nearnessOf(transform[2]));
  const least = useStore(({ transform }) => leastOf(transform[2]));
  const words = useStore(({ transform: [, , zoom] }) => isPartOfPage && zoom >= WORDS_FROM);
  const parts = useStore(({ transform: [, , zoom] }) => isPartOfPage && zoom >= PARTS_FROM);
  const [pointed, setPointed] = useState<string | null>(null);
  const { stop, onKeyDown } = useStop(picture, selected);
  const nodes = useMemo(() => nodesOf(picture, selected, stop), [picture, selected, stop]);
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
    () => ({ level, words, labels: level === "near" || picture.layout.labels, incoming, onClose, onSelect }),
    [level, words, picture, incoming, onClose, onSelect],
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
  const { lift, settle } = useLift(onMoved);
  const point = useCallback((_: unknown, { id }: { readonly id: string }) => setPointed(id), []);
  const unpoint = useCallback(() => setPointed(null), []);
  return (
    <ViewContext value={view}>
      <ReactFlow<MeshNode, Edge>
        className={`graph-flow ${level}${words ? " in-words" : ""}${parts ? " with-parts" : ""}`}
        style={{ "--least": `${least}px`, "--enlarged": Math.max(1, least / SMALLEST) } as CSSProperties}
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
        onKeyDown={onKeyDown}
        edgesFocusable={all.length <= MOST_STOPS}
        onMoveStart={lift}
        onMoveEnd={settle}
        minZoom={FURTHEST}
        maxZoom={NEAREST}
        zoomOnScroll={!isPartOfPage}
        preventScrolling={!isPartOfPage}
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
        <Zoom onMoved={onMoved} />
      </ReactFlow>
    </ViewContext>
  );
};
export const Graph = (props: GraphProps) => (
  <ReactFlowProvider>
    <Flow {...props} />
  </ReactFlowProvider>
);
