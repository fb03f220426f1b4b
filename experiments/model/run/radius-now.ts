/** Damage of a run at a moment of the journal: for replay. The worst of all moments is kept by `passed.ts`. */
import type { Harm } from "../blast-radius/harm.ts";
import type { MeasuredRadius } from "../blast-radius/measured.ts";
import type { EdgeFacts } from "../blast-radius/radius-facts.ts";
import type { EdgeId } from "../names.ts";
import type { Facts } from "../verdict/facts.ts";
import { damagedEdges, radiusOf } from "./passed.ts";

export interface RadiusNow extends MeasuredRadius {
  readonly damaged: ReadonlyMap<EdgeId, Harm>;
  /** Traffic of each edge in the last seconds; absent: unknown. */
  readonly passed: ReadonlyMap<EdgeId, EdgeFacts>;
}
/** Radius at this moment; null: the plan does not say which services are declared to be affected. */
export const radiusNow = ({ plan, radius }: Facts): RadiusNow | null => {
  if (plan.radius === undefined) return null;
  const judged = { ...plan, radius: plan.radius };
  const damaged = radius.hitMs === null ? new Map<EdgeId, Harm>() : damagedEdges(judged, radius);
  const passed = new Map(
    plan.radius.edges.flatMap((edge, place) => {
      const facts = radius.edges[place] ?? null;
      return facts === null ? [] : [[edge, facts] as const];
    }),
  );
  return { damaged, passed, ...radiusOf(judged, radius, damaged) };
};
