/** Number of samples that may be bad in a phase, and number that are: the judge's arithmetic, for people. Pure. */

import { seenOf, seriesOf } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { PlannedExpectation } from "../../experiments/model/plan/plan.ts";
import { plannedSamples } from "../../experiments/model/plan/samples.ts";
import type { Facts } from "../../experiments/model/verdict/facts.ts";
import { allowedBad } from "../../experiments/model/verdict/judge.ts";

export interface Budget {
  readonly bad: number;
  readonly allowed: number;
  /** Total samples: the samples seen, or the planned number while more may come. */
  readonly of: number;
  /** `planned`: as many samples are planned; `growing`: traffic decides the number; `all`: every sample is known. */
  readonly samples: "planned" | "growing" | "all";
}
/**
 * Budget of bad samples; null: no budget. The expectation does not count in this phase, needs to be good only once,
 * or is judged by windows (the recovery).
 */
export const budgetOf = (run: Facts, expectation: PlannedExpectation, phase: Phase): Budget | null => {
  const objective = expectation.objective[phase];
  if (objective === undefined || expectation.eventuallyMs !== null || phase === "recovery") return null;
  if (run.spans[phase] === undefined) return null;
  const { count } = seriesOf(run.told, expectation.name, phase);
  const seen = seenOf(count);
  const planned = plannedSamples(run.plan, expectation, phase);
  // A hopeless expectation was measured against the plan, and the reason states so: same rule as in judge.ts.
  const hopeless = planned !== null && count.bad > allowedBad(objective, Math.max(planned + 1, seen));
  const all = run.settled.includes(phase) && !hopeless;
  const of = all ? seen : Math.max(planned ?? 0, seen);
  const samples = all ? "all" : planned === null ? "growing" : "planned";
  return { bad: count.bad, allowed: allowedBad(objective, of), of, samples };
};
