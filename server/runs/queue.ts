/** Whose turn it is. Pure: what is live, what waits, and which caps there are, in; the ones that may be tried, out. */
import { type Plan, struckEdges } from "../../experiments/model/plan.ts";
import type { Claim } from "../store/claims.ts";
import { inTheWay } from "./claims.ts";
import type { Caps } from "./config.ts";

export interface Waiting {
  readonly id: string;
  readonly plan: Plan;
  readonly claims: readonly Claim[];
  /** Higher first. */
  readonly priority: number;
  /** Order of coming, among equals. */
  readonly age: number;
}

/** How many edges a run strikes while it is live. */
export const edgesStruck = (plan: Plan): number => (plan.mode === "full" ? struckEdges(plan).length : 0);

/** Of all requests of one edge, the part that the faults of a plan strike together at most. */
export const shareStruck = (plan: Plan): number => {
  if (plan.mode !== "full") return 0;
  const onEdge = struckEdges(plan).map((edge) =>
    plan.faults
      .filter(({ targets }) => targets.some((target) => target.edge === edge))
      .reduce((sum, { share }) => sum + Math.max(...share.steps), 0),
  );
  return Math.min(1, Math.max(0, ...onEdge));
};

/** Why a plan is above the caps all by itself, so that its turn would never come; null: it is not. */
export const overCaps = (plan: Plan, { edges, share }: Caps): string | null => {
  if (edges !== undefined && edgesStruck(plan) > edges)
    return `the run strikes ${edgesStruck(plan)} edges, and this server allows ${edges} at once`;
  if (share !== undefined && shareStruck(plan) > share + 1e-9)
    return `the faults strike ${Math.round(shareStruck(plan) * 1_000) / 10}% of the requests of an edge, and this server allows ${Math.round(share * 1_000) / 10}%`;
  return null;
};

const inTurn = (waiting: readonly Waiting[]): readonly Waiting[] =>
  waiting.toSorted((a, b) => b.priority - a.priority || a.age - b.age);

/**
 * Those that may be tried now, the first of them first. Nobody overtakes a run that waits for the same thing, or for a
 * cap: a run that needs much would otherwise wait for ever behind many that need little.
 */
export const nextInTurn = (waiting: readonly Waiting[], live: readonly Waiting[], caps: Caps): readonly Waiting[] => {
  let room = (caps.edges ?? Number.POSITIVE_INFINITY) - live.reduce((sum, { plan }) => sum + edgesStruck(plan), 0);
  const taken = live.map(({ claims }) => claims);
  const first: Waiting[] = [];
  for (const one of inTurn(waiting)) {
    const edges = edgesStruck(one.plan);
    if (edges > room) return first;
    const isFree = !taken.some((claims) => inTheWay(claims, one.claims));
    taken.push(one.claims);
    if (!isFree) continue;
    first.push(one);
    room -= edges;
  }
  return first;
};
