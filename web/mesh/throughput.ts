/** Traffic of a drawn edge, which may stand for several mesh edges. Pure. */
import { type EdgeId, pairOf } from "../../experiments/model/names.ts";
import type { EdgeTraffic } from "../../server/contract/index.ts";

export interface Throughput {
  readonly perSecond: number;
  /** Share of errors; null: no exchange ended. */
  readonly errors: number | null;
  /** Share of those without any answer. */
  readonly unanswered: number | null;
  /** Median; over several edges the longest, since percentiles cannot be added up. The same holds for `p99Ms`. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Exchanges under way. */
  readonly open: number;
}
const longest = (all: readonly (number | null)[]): number | null => {
  const known = all.filter((ms) => ms !== null);
  return known.length === 0 ? null : Math.max(...known);
};
/** Each pair of services once, by the place that more calls passed: agents at both places count the same calls. */
const oncePerPair = (edges: readonly EdgeTraffic[]): readonly EdgeTraffic[] => {
  const busiest = new Map<EdgeId, EdgeTraffic>();
  for (const one of edges) {
    const pair = pairOf(one.edge);
    const known = busiest.get(pair);
    if (known === undefined || one.perSecond > known.perSecond) busiest.set(pair, one);
  }
  return [...busiest.values()];
};
/** Combined traffic; null: no agent watches any of these edges. */
export const throughputOf = (edges: readonly EdgeTraffic[]): Throughput | null => {
  const all = oncePerPair(edges);
  if (all.length === 0) return null;
  const perSecond = all.reduce((sum, one) => sum + one.perSecond, 0);
  const ended = all.filter(({ errors }) => errors !== null);
  const rate = ended.reduce((sum, one) => sum + one.perSecond, 0);
  const shareOf = (key: "errors" | "unanswered") => {
    if (ended.length === 0) return null;
    return rate === 0 ? 0 : ended.reduce((sum, one) => sum + one.perSecond * (one[key] ?? 0), 0) / rate;
  };
  return {
    perSecond,
    ...{ errors: shareOf("errors"), unanswered: shareOf("unanswered") },
    p50Ms: longest(all.map(({ p50Ms }) => p50Ms)),
    p99Ms: longest(all.map(({ p99Ms }) => p99Ms)),
    open: all.reduce((sum, { open }) => sum + open, 0),
  };
};
