/** The faults that are live on an edge: a bolt, what is done to which share, and how long it still lasts. Pressed, all of it. */
import type { EdgeId } from "../../experiments/model/names.ts";
import { Sign } from "../ui/signs.tsx";
import { leftText, percentText } from "./figures.ts";
import { useMeshStatus } from "./mesh-status-store.ts";
import { useView } from "./view.ts";

export interface FaultMarkProps {
  readonly edges: readonly EdgeId[];
  /** State of the edge, where there is no label that says it; null: none to say. */
  readonly word: string | null;
  readonly x: number;
  readonly y: number;
  /** There is a label below it. */
  readonly above: boolean;
}
export const FaultMark = ({ edges, word, x, y, above }: FaultMarkProps) => {
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
        // For React it is a part of the edge, which may stand for many.
        event.stopPropagation();
        onSelect(first.edge);
      }}
    >
      <Sign of="fault" />
      <span className="visually-hidden">Fault on {first.edge.replace("->", " → ")}: </span>
      <strong>{first.label}</strong> on {first.share}
      {more > 0 && <span> +{more}</span>}
      {word !== null && <span className="state">{word}</span>}
      {left !== null && <span className="left"> {left} left</span>}
      <span className="visually-hidden">. {first.says}</span>
    </button>
  );
};
