/** How many samples may be bad in a phase, and how many are: the judge's arithmetic, for people. Pure. */

import type { Phase } from "../../experiments/model/phase.ts";
import { type PlannedExpectation, plannedSamples } from "../../experiments/model/plan.ts";
import type { Facts } from "../../experiments/model/run/run.ts";
import { allowedBad } from "../../experiments/model/verdict/judge.ts";
import { seenOf, seriesOf } from "../../experiments/model/verdict/tally.ts";

export interface Budget {
  readonly bad: number;
  readonly allowed: number;
  /** Of how many samples: those that were seen, or as many as are planned while more may come. */
  readonly of: number;
  /** `planned`: as many are to come; `growing`: traffic decides how many; `all`: every one is known. */
  readonly samples: "planned" | "growing" | "all";
}
/** null: there is none. It does not count in this phase, is to be good only once, or is judged by windows (the recovery). */
export const budgetOf = (run: Facts, expectation: PlannedExpectation, phase: Phase): Budget | null => {
  const objective = expectation.objective[phase];
  if (objective === undefined || expectation.eventuallyMs !== null || phase === "recovery") return null;
  if (run.spans[phase] === undefined) return null;
  const { count } = seriesOf(run.told, expectation.name, phase);
  const seen = seenOf(count);
  const planned = plannedSamples(run.plan, expectation, phase);
  // What broke for good was measured against the plan, and its reason says so: here as there (judge.ts).
  const hopeless = planned !== null && count.bad > allowedBad(objective, Math.max(planned + 1, seen));
  const all = run.settled.includes(phase) && !hopeless;
  const of = all ? seen : Math.max(planned ?? 0, seen);
  const samples = all ? "all" : planned === null ? "growing" : "planned";
  return { bad: count.bad, allowed: allowedBad(objective, of), of, samples };
};
