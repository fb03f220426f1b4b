/** Details of the selection. */
import { type KeyboardEvent, memo, useEffect, useRef, useState } from "react";
import type { Edge, Mesh } from "../../experiments/model/mesh/mesh.ts";
import { spellEdge } from "../../experiments/model/names.ts";
import { LastKnown } from "../ui/last-known.tsx";
import { type Selected, selectedOf } from "./address.ts";
import { EdgeList } from "./edge-list.tsx";
import { EdgePanel } from "./edge-panel.tsx";
import { edgeLabel } from "./nodes.ts";
import { ServicePanel } from "./service-panel.tsx";

export interface PanelProps {
  readonly mesh: Mesh;
  readonly at: string;
  /** Mesh edges in the selected drawn edge. */
  readonly bundle: readonly Edge[];
  readonly onSelect: (at: string) => void;
  readonly onClose: () => void;
}
const titleOf = (selected: Selected | null): string => {
  if (selected === null) return "";
  if (selected.is === "edge") return spellEdge(selected.id);
  if (selected.is === "service") return selected.name;
  const [from = "", to = ""] = selected.id.split("=>");
  return edgeLabel({ from, to });
};

export const Panel = memo(({ mesh, at, bundle, onSelect, onClose }: PanelProps) => {
  const selected = selectedOf(at);
  const heading = useRef<HTMLHeadingElement>(null);
  const panel = useRef<HTMLElement>(null);
  /** Element focused when the panel opened: the focus returns there. */
  const [opener] = useState(() => document.activeElement);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is selected next begins at its top
  useEffect(() => {
    panel.current?.scrollTo(0, 0);
    // A panel opened by the address alone leaves the focus and the scroll position of the page.
    if (document.activeElement !== document.body) heading.current?.focus({ preventScroll: true });
  }, [at]);
  const close = () => {
    onClose();
    if (opener instanceof HTMLElement || opener instanceof SVGElement) opener.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") close();
  };
  return (
    <aside
      ref={panel}
      className="card mesh-panel live-data"
      aria-label={`Selected: ${titleOf(selected)}`}
      onKeyDown={onKeyDown}
    >
      <div className="head">
        <h2 ref={heading} tabIndex={-1}>
          {titleOf(selected)}
        </h2>
        <LastKnown />
        <button type="button" className="quiet" aria-label="Close the panel" onClick={close}>
          ✕
        </button>
      </div>
      {selected?.is === "service" && <ServicePanel {...{ mesh, onSelect }} name={selected.name} />}
      {selected?.is === "edge" && <EdgePanel id={selected.id} onSelect={onSelect} />}
      {selected?.is === "bundle" && <EdgeList title="Its edges" edges={bundle} say="both" onSelect={onSelect} />}
    </aside>
  );
});
