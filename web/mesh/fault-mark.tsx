/** The faults that are live on an edge: a bolt, the kind, its share, and how long it still lasts. */
import type { EdgeId } from "../../experiments/model/names.ts";
import { Sign } from "../look/signs.tsx";
import { leftText, percentText } from "./figures.ts";
import { useStanding } from "./pulse.ts";

export interface FaultMarkProps {
  readonly edges: readonly EdgeId[];
  readonly x: number;
  readonly y: number;
  /** There is a label below it. */
  readonly above: boolean;
}
export const FaultMark = ({ edges, x, y, above }: FaultMarkProps) => {
  const { first, more, left } = useStanding(({ edges: all, at }) => {
    const faults = edges.flatMap((id) => all.get(id)?.faults ?? []);
    const [fault] = faults;
    return {
      first:
        fault === undefined ? null : { kind: fault.kind, share: percentText(fault.share), says: fault.description },
      more: faults.length - 1,
      left: fault === undefined || at === null ? null : leftText(fault.endsAt, at),
    };
  });
  if (first === null) return null;
  return (
    <div
      className={`fault-mark${above ? " above" : ""}`}
      style={{ transform: `translate(-50%, ${above ? "-100%" : "-50%"}) translate(${x}px, ${y - (above ? 3 : 0)}px)` }}
      title={first.says}
    >
      <Sign of="fault" />
      <strong>{first.kind}</strong> {first.share}
      {left !== null && <span className="left"> {left} left</span>}
      {more > 0 && <span> +{more}</span>}
    </div>
  );
};
