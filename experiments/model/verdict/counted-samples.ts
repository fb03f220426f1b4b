/** Samples of `during` that count, among those sent in the counting windows (PROOF.md 4). */

import { type Series, seriesOf, sumOf, type Tally, within } from "../evidence/tally.ts";
import { ownProperty } from "../own-property.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import type { Facts } from "./facts.ts";

/**
 * Run time at which the run's cap first spared an exchange; Infinity: the cap was not reached. An agent that reports
 * spared exchanges without a time may have reached the agent's part of the cap at once.
 */
export const cappedMs = ({ plan, receipts, spans: { during } }: Facts): number => {
  if (during === undefined) return Number.POSITIVE_INFINITY;
  const liveFromMs = new Map(plan.faults.map(({ name, fromMs }) => [name, during.fromMs + fromMs]));
  const capped = Object.values(receipts)
    .flatMap((byId) => Object.values(byId))
    .filter(({ capped }) => capped > 0)
    .map(({ fault, firstCappedMs = 0 }) => (liveFromMs.get(fault) ?? 0) + firstCappedMs);
  return Math.min(Number.POSITIVE_INFINITY, ...capped);
};

/**
 * Run time until which samples of `during` count; Infinity: all that were sent in a window. A cap ends the counting,
 * and an end before the planned end leaves out samples without the full time under the fault, good and bad alike.
 */
export const countedUntilMs = (run: Facts, { times }: PlannedExpectation): number => {
  const { plan, spans } = run;
  const during = spans.during;
  if (during === undefined) return Number.POSITIVE_INFINITY;
  const isEarly = during.toMs !== null && during.toMs < during.fromMs + plan.phases.duringMs;
  return Math.min(cappedMs(run), isEarly ? during.toMs - (times?.marginMs ?? 0) : Number.POSITIVE_INFINITY);
};

const until = <T extends Tally>(series: Series<T>, untilMs: number): Series<T> => {
  if (untilMs === Number.POSITIVE_INFINITY) return series;
  const tallies = within(series.tallies, 0, untilMs);
  return { tallies, count: sumOf(tallies) };
};
/** Samples of `during` until the cap, including those near an early end: the samples that a report shows. */
export const cappedSeries = (run: Facts, { name }: PlannedExpectation): Series<Tally> =>
  until(seriesOf(run.told, name, "during"), cappedMs(run));
/** Tallies of `during` that count. A tally that lies across the end of the counting is left out whole, good or bad. */
export const duringSeries = (run: Facts, expectation: PlannedExpectation): Series<Tally> =>
  until(seriesOf(run.told, expectation.name, "during"), countedUntilMs(run, expectation));

/** Exposure of an expectation, as counted by marks. */
export const marksOf = ({ exposure }: Facts, { name }: PlannedExpectation) => ownProperty(exposure, name) ?? {};
