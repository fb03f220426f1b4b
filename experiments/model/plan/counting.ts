/**
 * Counting windows of `during` (PROOF.md 4): the samples that count are fixed before sending, never by the outcome.
 * Leaving out samples that overlap the fault's end would drop slow failures more often than quick successes.
 */

import type { ProbeAction, ProbeKind, ProbeParams } from "../probes/index.ts";
import { reachOf } from "../probes/prometheus-reach.ts";
import type { Criteria } from "../sample/criteria.ts";

/** Half-open, ms. */
export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}
/** Planned life of a fault, offsets into `during`. */
export interface ActingFault extends Interval {
  readonly pulse: { readonly liveMs: number; readonly restMs: number } | null;
}
/** Times around a sample that an expectation needs. */
export interface SampleTimes {
  /** Margin: a sample counts only if a fault acts for so long after the send. */
  readonly marginMs: number;
  /** Reach: the time before a sample that the sample's value covers. */
  readonly reachMs: number;
}

/**
 * Margin of `traffic` without `within`: samples are judged by the end of the exchange, for which the agent waits so
 * long.
 */
export const UNBOUNDED_MS = 5_000;
type Lookback = { readonly [K in ProbeKind]: (params: ProbeParams<K>) => number };
const REACH: Lookback = {
  http: () => 0,
  tcp: () => 0,
  traffic: () => 0,
  process: () => 0,
  ratio: ({ window }) => window,
  // A query of unknown reach is refused where the file is read.
  prometheus: ({ query, scrape }) => reachOf(query, scrape) ?? scrape,
};
/** Ms before a sample that the sample's value covers: 0 for requests, the window of a ratio, the range of a query. */
export const reachMsOf = ({ kind, params }: ProbeAction): number =>
  (REACH[kind] as (params: ProbeAction["params"]) => number)(params);

/** Time that a sample must have under the fault to show the fault's effect: `within`, else the probe's timeout. */
const marginMsOf = ({ kind, params }: ProbeAction, { withinMs }: Criteria): number => {
  // A sample that looks back in time is over at once: no end of a fault can cut it short.
  if (kind === "prometheus" || kind === "ratio") return 0;
  return withinMs ?? ("timeout" in params ? params.timeout : UNBOUNDED_MS);
};
export const sampleTimesOf = (of: {
  readonly probe: ProbeAction;
  readonly good: Criteria;
  readonly eventuallyMs: number | null;
}): SampleTimes => ({
  // A single good sample settles a reaction, at any time of the phase.
  marginMs: of.eventuallyMs === null ? marginMsOf(of.probe, of.good) : 0,
  reachMs: reachMsOf(of.probe),
});

/** Times in which a fault acts by plan: without the rests of the pulse. */
export const actingIn = ({ fromMs, toMs, pulse }: ActingFault): readonly Interval[] => {
  if (pulse === null || pulse.restMs <= 0) return toMs > fromMs ? [{ fromMs, toMs }] : [];
  const cycleMs = pulse.liveMs + pulse.restMs;
  return Array.from({ length: Math.ceil((toMs - fromMs) / cycleMs) }, (_, i) => ({
    fromMs: fromMs + i * cycleMs,
    toMs: Math.min(toMs, fromMs + i * cycleMs + pulse.liveMs),
  }));
};

/** Neighbours and overlaps joined, rising. */
export const joinIntervals = (intervals: readonly Interval[]): readonly Interval[] => {
  const joined: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && next.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, next.toMs) };
    else joined.push(next);
  }
  return joined;
};

/** Offsets into `during` at which counting samples are sent. `settleMs`: earlier samples do not count. */
export const countingWindows = (
  faults: readonly ActingFault[],
  settleMs: number,
  { marginMs, reachMs }: SampleTimes,
): readonly Interval[] =>
  joinIntervals(
    faults
      // A sample that looks back sees pulse and rest together.
      .flatMap((fault) => (reachMs > 0 ? [{ fromMs: fault.fromMs, toMs: fault.toMs }] : actingIn(fault)))
      .map(({ fromMs, toMs }) => ({ fromMs: Math.max(fromMs + reachMs, settleMs), toMs: toMs - marginMs }))
      .filter(({ fromMs, toMs }) => toMs > fromMs),
  );
export const lengthOf = (intervals: readonly Interval[]): number =>
  intervals.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
