/** Caps: how much runs may fault, and how many may wait; a plan beyond the caps is never started. */
import { type Plan, struckEdges } from "../../experiments/model/plan/plan.ts";
import { spellCount } from "../../experiments/model/text/words.ts";

/** Caps over all runs that are active at once; absent: no cap. */
export interface Caps {
  /** Most edges with faults. */
  readonly edges?: number;
  /** Greatest share of the requests of an edge, 0 to 1. */
  readonly share?: number;
  /** Most runs that wait for their turn; absent: MOST_QUEUED. */
  readonly queued?: number;
}
/** Number of edges that a run faults while it is active. */
export const countStruckEdges = (plan: Plan): number => (plan.mode === "full" ? struckEdges(plan).length : 0);

/** Largest share of all requests of a single edge that the faults of a plan affect together. */
const maxStruckShare = (plan: Plan): number => {
  if (plan.mode !== "full") return 0;
  const onEdge = struckEdges(plan).map((edge) =>
    plan.faults
      .filter(({ targets }) => targets.some((target) => target.edge === edge))
      .reduce((sum, { share }) => sum + Math.max(...share.steps), 0),
  );
  return Math.min(1, Math.max(0, ...onEdge));
};

/** Reason why a plan alone exceeds the caps, so that its turn would never come; null: within the caps. */
export const capViolation = (plan: Plan, { edges, share }: Caps): string | null => {
  if (edges !== undefined && countStruckEdges(plan) > edges)
    return `the run strikes ${spellCount(countStruckEdges(plan), "edge")}, and this server allows ${edges} at once`;
  if (share !== undefined && maxStruckShare(plan) > share + 1e-9)
    return `the faults strike ${Math.round(maxStruckShare(plan) * 1_000) / 10}% of the requests of an edge, and this server allows ${Math.round(share * 1_000) / 10}%`;
  return null;
};
