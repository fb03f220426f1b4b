/** What passes one edge, or several drawn as one. Pure. */
import type { EdgeId } from "../../experiments/model/names.ts";
import type { EdgeTraffic } from "../../server/api/contract/index.ts";
import type { Standing } from "./standing.ts";
import { worstHurt } from "./standing.ts";

export interface Passing {
  readonly perSecond: number;
  /** Share; null: nothing ended. */
  readonly errors: number | null;
  /** Of several edges the longest: percentiles cannot be added up. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Exchanges under way. */
  readonly open: number;
}
const longest = (all: readonly (number | null)[]): number | null => {
  const known = all.filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.max(...known);
};
/** null: nobody watches any of them. */
export const passingOf = (all: readonly EdgeTraffic[]): Passing | null => {
  if (all.length === 0) return null;
  const perSecond = all.reduce((sum, one) => sum + one.perSecond, 0);
  const ended = all.filter(({ errors }) => errors !== null);
  const failed = ended.reduce((sum, one) => sum + one.perSecond * one.errors!, 0);
  const rate = ended.reduce((sum, one) => sum + one.perSecond, 0);
  return {
    perSecond,
    errors: ended.length === 0 ? null : rate === 0 ? 0 : failed / rate,
    p50Ms: longest(all.map(({ p50Ms }) => p50Ms)),
    p99Ms: longest(all.map(({ p99Ms }) => p99Ms)),
    open: all.reduce((sum, { open }) => sum + open, 0),
  };
};
const edgesIn = ({ edges }: Standing, ids: readonly EdgeId[]) => ids.flatMap((id) => edges.get(id) ?? []);
export const passingOn = (standing: Standing, ids: readonly EdgeId[]): Passing | null =>
  passingOf(edgesIn(standing, ids).flatMap(({ traffic }) => traffic ?? []));

/** How an edge is drawn. */
export type Tone = "failing" | "slower" | "quiet" | "calm" | "unwatched";
/** Strokes of an edge grow by the logarithm of its rate, in steps, so that they do not flicker. */
const MOST_WEIGHT = 5;
export const weightOf = (perSecond: number): number =>
  perSecond <= 0 ? 0 : Math.min(MOST_WEIGHT, Math.max(0, Math.round(Math.log10(perSecond) * 1.5)));

export interface Paint {
  readonly tone: Tone;
  readonly weight: number;
  /** A run strikes it now or later. */
  readonly struck: boolean;
}
export const paintOf = (standing: Standing, ids: readonly EdgeId[]): Paint => {
  const edges = edgesIn(standing, ids);
  const traffic = edges.flatMap((edge) => edge.traffic ?? []);
  const hurt = worstHurt(edges.flatMap((edge) => edge.hurt ?? []));
  return {
    tone: hurt?.how ?? (traffic.length === 0 ? "unwatched" : "calm"),
    weight: weightOf(traffic.reduce((sum, { perSecond }) => sum + perSecond, 0)),
    struck: edges.some((edge) => edge.struck),
  };
};
