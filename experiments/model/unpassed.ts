/** Faulted edges on which the agent saw nothing in the baseline: most often the caller still calls the callee itself. */
import { type EdgeId, edgeEnds } from "./names.ts";

export interface UnpassedEdge {
  readonly edge: EdgeId;
  /** `host:port` where the agent of the caller listens. */
  readonly listen: string;
}
export const spellUnpassed = ({ edge, listen }: UnpassedEdge): string => {
  const [from, to] = edgeEnds(edge);
  return `Nothing passed the agent on ${from} → ${to} in the baseline: is ${from} told to call ${listen}?`;
};
