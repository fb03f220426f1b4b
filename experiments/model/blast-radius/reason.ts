/** Harm in words: a sentence with numbers. */

import { type EdgeId, edgeEnds, type ServiceName } from "../names.ts";
import { sayRoundedDuration } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";
import type { DeclaredDamage } from "./declared.ts";
import type { Harm } from "./harm.ts";
import type { Health } from "./health.ts";

export interface EdgeHarm {
  readonly edge: EdgeId;
  readonly harm: Harm;
}
/** Percentage in whole percents, and in tenths near the ends: 0.4%, 99.6%. */
const percent = (share: number): string => formatShare(Number(share.toFixed(share < 0.1 || share > 0.99 ? 3 : 2)));
const perSecond = (rate: number): string => `${Number(rate.toFixed(rate < 10 ? 1 : 0))}/s`;

const sayOf = (calls: string, { how, errors, p95Ms, perSecond: rate }: Harm): string => {
  if (how === "failing") return `${percent(errors.now)} of ${calls} fail (${percent(errors.before)} before)`;
  if (how === "slow")
    return `p95 of ${calls} is ${sayRoundedDuration(p95Ms.now)} (${sayRoundedDuration(p95Ms.before)} before)`;
  return `${calls} are down to ${perSecond(rate.now)} (${perSecond(rate.before)} before)`;
};
/** Harm as seen at the callee: `12% of calls from gateway fail (0% before)`. */
export const sayIncoming = ({ edge, harm }: EdgeHarm): string => sayOf(`calls from ${edgeEnds(edge)[0]}`, harm);
/** Harm as felt by the caller: `p95 of its calls to payments is 2.1 s (8 ms before)`. */
export const sayOutgoing = ({ edge, harm }: EdgeHarm): string => sayOf(`its calls to ${edgeEnds(edge)[1]}`, harm);

const RULES: Readonly<Record<DeclaredDamage["may"] | "nothing", string>> = {
  nothing: "is not declared",
  slow: "may only get slower",
  fail: "may fail",
};
/**
 * Rule that a service broke: `gateway may only get slower, but fails`. `may`: damage declared for the service; null:
 * none.
 */
export const sayBroken = (
  service: ServiceName,
  may: DeclaredDamage["may"] | null,
  state: Exclude<Health, "healthy">,
): string => {
  const does = { slow: "gets slower", failing: "fails", unreachable: "answers hardly anybody" }[state];
  return `${service} ${RULES[may ?? "nothing"]}, but ${does}`;
};

const RANK = { failing: 2, slow: 1, quiet: 0 } as const;
const sizeOf = ({ how, errors, p95Ms, perSecond: rate }: Harm): number => {
  if (how === "failing") return errors.now - errors.before;
  return how === "slow" ? p95Ms.now - p95Ms.before : rate.before - rate.now;
};
/** Edge with the worst harm: failing before slow before quiet, then by size. */
export const worstOf = (damaged: readonly EdgeHarm[]): EdgeHarm | undefined =>
  damaged.toSorted((a, b) => RANK[b.harm.how] - RANK[a.harm.how] || sizeOf(b.harm) - sizeOf(a.harm))[0];
