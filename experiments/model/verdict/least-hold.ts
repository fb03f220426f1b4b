/**
 * Least delay that the faults of a plan alone add to a sample. A stall of an agent while a fault held the sample anyway
 * took no time of the sample: without this figure a slow answer could always be put down to the agent's CPU limit
 * (PROOF.md 4).
 */
import { leastHoldMsOf } from "../faults/index.ts";
import type { Plan, PlannedExpectation } from "../plan/plan.ts";

/** Faults that act on every exchange of an edge of the path, from the first sample that counts to the last. */
const alwaysActing = ({ faults, phases }: Plan, { path }: PlannedExpectation) =>
  faults.filter(
    ({ targets, share, pulse, fromMs, toMs }) =>
      targets.some(({ edge }) => path?.[edge] !== undefined) &&
      share.steps.every((part) => part === 1) &&
      pulse === null &&
      fromMs <= phases.settleMs &&
      toMs >= phases.duringMs,
  );

/**
 * Least delay in ms; 0: none is known. The figure holds for samples that meet such a fault: the latencies show the
 * meeting (`Sampler`), since a graph shows only that a meeting is possible.
 */
export const leastHoldMsIn = (plan: Plan, expectation: PlannedExpectation): number =>
  Math.max(0, ...alwaysActing(plan, expectation).map(({ action }) => leastHoldMsOf(action)));
