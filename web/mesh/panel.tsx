/** What is selected, in full. */
import { type KeyboardEvent, memo, useEffect, useRef } from "react";
import type { Edge, Mesh } from "../../experiments/model/mesh.ts";
import { EdgeList } from "./edge-list.tsx";
import { EdgePanel } from "./edge-panel.tsx";
import { selectedOf } from "./place.ts";
import { ServicePanel } from "./service-panel.tsx";

export interface PanelProps {
  readonly mesh: Mesh;
  readonly at: string;
  /** Those that are drawn as the one that is selected. */
  readonly bundle: readonly Edge[];
  readonly onSelect: (at: string) => void;
  readonly onClose: () => void;
}
const titleOf = (at: string): string => at.replace(/group:/g, "").replace(/[-=]>/, " → ");

export const Panel = memo(({ mesh, at, bundle, onSelect, onClose }: PanelProps) => {
  const selected = selectedOf(at);
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is selected next begins at its top
  useEffect(() => heading.current?.parentElement?.parentElement?.scrollTo(0, 0), [at]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") onClose();
  };
  return (
    <aside className="card mesh-panel" aria-label={`Selected: ${titleOf(at)}`} onKeyDown={onKeyDown}>
      <div className="head">
        <h2 ref={heading}>{titleOf(at)}</h2>
        <button type="button" className="quiet" aria-label="Close the panel" onClick={onClose}>
          ✕
        </button>
      </div>
      {selected?.is === "service" && <ServicePanel {...{ mesh, onSelect }} name={selected.name} />}
      {selected?.is === "edge" && <EdgePanel id={selected.id} onSelect={onSelect} />}
      {selected?.is === "bundle" && <EdgeList title="Its edges" edges={bundle} say="both" onSelect={onSelect} />}
    </aside>
  );
});
