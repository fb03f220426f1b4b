/** A few edges with figures, for selection. */
import { memo } from "react";
import type { Edge } from "../../experiments/model/mesh/mesh.ts";
import { spellEdge } from "../../experiments/model/names.ts";
import { Mark } from "../ui/state.tsx";
import { latencyText, passingText, percentText } from "./figures.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { paintOf, passingOn, TONE_WORDS } from "./paint.ts";

const Row = memo(({ edge, text, onSelect }: { edge: Edge; text: string; onSelect: (at: string) => void }) => {
  const { rate, errors, p99, tone } = useMeshStatus((standing) => {
    const passing = passingOn(standing, [edge.id]);
    return {
      rate: passingText(passing),
      errors: percentText(passing?.errors ?? null),
      p99: latencyText(passing?.p99Ms ?? null),
      tone: paintOf(standing, [edge.id]).tone,
    };
  });
  return (
    <li>
      <button type="button" className="choose" onClick={() => onSelect(edge.id)}>
        {text}
      </button>
      {tone === "unwatched" ? (
        <span className="small">not watched</span>
      ) : (
        <span className="figures">
          {tone !== "healthy" && tone !== "idle" && <Mark of={tone}>{TONE_WORDS[tone]}</Mark>} {rate} · {errors} err ·
          p99 {p99}
        </span>
      )}
    </li>
  );
});

export interface EdgeListProps {
  readonly title: string;
  readonly edges: readonly Edge[];
  /** End of the edge that names the entry. */
  readonly say: "from" | "to" | "both";
  readonly onSelect: (at: string) => void;
}
/** With the place where the edge is not at the caller: both places of a pair may be listed. */
const textOf = (edge: Edge, say: EdgeListProps["say"]): string => {
  if (say === "both") return spellEdge(edge.id);
  return edge.at === undefined ? edge[say] : `${edge[say]} (at callee)`;
};
export const EdgeList = ({ title, edges, say, onSelect }: EdgeListProps) => (
  <section>
    <h3>{title}</h3>
    {edges.length === 0 && <p className="small">No service in this mesh.</p>}
    <ul className="plain edge-list">
      {edges.map((edge) => (
        <Row key={edge.id} {...{ edge, onSelect }} text={textOf(edge, say)} />
      ))}
    </ul>
  </section>
);
