/**
 * Faults live on an edge: a bolt, the effect, the affected share, and the time left. A press opens the edge's panel.
 */
import { type EdgeId, spellEdge } from "../../experiments/model/names.ts";
import { Sign } from "../ui/signs.tsx";
import { leftText, percentText } from "./figures.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { TONE_WORDS, type Tone } from "./paint.ts";
import { useView } from "./view.ts";

export interface FaultMarkProps {
  readonly edges: readonly EdgeId[];
  /** State of the edge, where no label shows the state; null: no state to show. */
  readonly tone: Tone | null;
  readonly x: number;
  readonly y: number;
  /** True if a label stands below the mark. */
  readonly above: boolean;
}
export const FaultMark = ({ edges, tone, x, y, above }: FaultMarkProps) => {
  const { onSelect } = useView();
  const { first, more, left } = useMeshStatus(({ edges: all, at }) => {
    const faults = edges.flatMap((id) => all.get(id)?.faults ?? []);
    const [fault] = faults;
    return {
      first:
        fault === undefined
          ? null
          : { edge: fault.edge, label: fault.label, share: percentText(fault.share), says: fault.description },
      more: faults.length - 1,
      left: fault === undefined || at === null ? null : leftText(fault.endsAt, at),
    };
  });
  if (first === null) return null;
  return (
    <button
      type="button"
      className={`fault-mark nodrag nopan${above ? " above" : ""}`}
      style={{ transform: `translate(-50%, ${above ? "-100%" : "-50%"}) translate(${x}px, ${y - (above ? 3 : 0)}px)` }}
      onClick={(event) => {
        // In React this mark is a part of the drawn edge, which may stand for many edges.
        event.stopPropagation();
        onSelect(first.edge);
      }}
    >
      <Sign of="fault" />
      <span className="visually-hidden">Fault on {spellEdge(first.edge)}: </span>
      <strong>{first.label}</strong> on {first.share}
      {more > 0 && <span> +{more}</span>}
      {tone !== null && <span className={`state health ${tone}`}>{TONE_WORDS[tone]}</span>}
      {left !== null && <span className="left"> {left} left</span>}
      <span className="visually-hidden">. {first.says}</span>
    </button>
  );
};
