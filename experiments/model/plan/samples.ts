/** Samples that a plan foresees: the pace of a probe, the windows in which samples count, and their number in each phase. */

import type { Phase } from "../experiment/phase.ts";
import { type ProbeAction, probeSpecOf } from "../probes/index.ts";
import { type Pace, paceOf } from "../probes/probe.ts";
import { countingWindows, type Interval, lengthOf } from "./counting.ts";
import type { Plan, PlannedExpectation } from "./plan.ts";

/** Pace of a probe's samples; null: agents count traffic, and the probe sends none. */
export const paceOfProbe = ({ kind, params }: ProbeAction): Pace | null =>
  probeSpecOf(kind).style(params) === "counted" ? null : paceOf(params as Parameters<typeof paceOf>[0]);
/** Offsets into `during` in which samples of an expectation count. */
export const windowsOf = ({ faults, phases: { settleMs } }: Plan, { times }: PlannedExpectation): readonly Interval[] =>
  countingWindows(faults, settleMs, times ?? { marginMs: 0, reachMs: 0 });

/**
 * Longest time in which a phase counts samples of an expectation, ms. Recovery: until the end of the last window that
 * may still begin in time.
 */
export const phaseMs = (plan: Plan, expectation: PlannedExpectation, phase: Phase): number => {
  const { baselineMs, recovery } = plan.phases;
  switch (phase) {
    case "baseline":
      return baselineMs;
    case "during":
      return lengthOf(windowsOf(plan, expectation));
    case "recovery":
      return recovery.withinMs + recovery.holdMs;
  }
};

/**
 * True: only samples that a fault hit are judged, or only the others. The number of these samples is known at the end.
 */
export const isGrouped = ({ probe: { kind, params } }: Pick<PlannedExpectation, "probe">): boolean =>
  kind === "http" && (params.of ?? "all") !== "all";

/** Number of samples that a probe of a given pace yields in `lengthMs`; null where traffic alone decides. */
export const samplesIn = (expectation: Pick<PlannedExpectation, "pace" | "probe">, lengthMs: number): number | null =>
  // Slightly less, so that 20 s with a sample every 33.33… ms are 600 and not 601.
  expectation.pace === null || isGrouped(expectation) ? null : Math.ceil(lengthMs / expectation.pace.everyMs - 1e-6);

/** Number of samples of an expectation in a whole phase; null where traffic alone decides. */
export const plannedSamples = (plan: Plan, expectation: PlannedExpectation, phase: Phase): number | null =>
  samplesIn(expectation, phaseMs(plan, expectation, phase));
