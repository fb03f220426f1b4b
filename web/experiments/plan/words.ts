/** A plan for people: the words of `squall plan`. Pure. */

import { PHASES, type Phase } from "../../../experiments/model/experiment/phase.ts";
import type { Plan, PlannedExpectation } from "../../../experiments/model/plan/plan.ts";
import { plannedSamples } from "../../../experiments/model/plan/samples.ts";
import { spellCount } from "../../../experiments/model/text/words.ts";
import { formatDuration } from "../../../experiments/model/units/duration.ts";
import { formatShare } from "../../../experiments/model/units/share.ts";
import { allowedBad } from "../../../experiments/model/verdict/judge.ts";

export const timesOf = ({ phases, limits }: Plan): string => {
  const { warmupMs, baselineMs, settleMs, duringMs, recovery } = phases;
  const settles = settleMs > 0 ? ` (settles ${formatDuration(settleMs)})` : "";
  return [
    `warm-up ${formatDuration(warmupMs)}`,
    `baseline ${formatDuration(baselineMs)}`,
    `during ${formatDuration(duringMs)}${settles}`,
    `recovery within ${formatDuration(recovery.withinMs)}, held ${formatDuration(recovery.holdMs)}`,
    `deadline ${formatDuration(limits.deadlineMs)}`,
  ].join(", ");
};
export const radiusOf = ({ limits }: Plan): string => {
  const others = limits.services.length === 0 ? "no other service" : limits.services.join(", ");
  const cap = limits.requests === null ? "no cap on hits" : `at most ${spellCount(limits.requests, "hit")}`;
  return `Declared: ${others} (callers: ${limits.callers}); ${cap}.`;
};
export const shareText = ({ steps, eachMs, by }: Plan["faults"][number]["share"]): string => {
  const each = steps.length > 1 ? ` each ${formatDuration(eachMs)}` : "";
  return `${steps.map(formatShare).join(", ")}${each}${by === "request" ? "" : ` by ${by}`}`;
};

/** Number of samples in a phase; `traffic`: the traffic decides. A phase that does not count is a dash. */
export const samplesOf = (plan: Plan, expectation: PlannedExpectation, phase: Phase): string => {
  if (expectation.objective[phase] === undefined) return "–";
  const planned = plannedSamples(plan, expectation, phase);
  return planned === null ? "traffic" : String(planned);
};
/** Number or share of samples that may be bad while the faults are live. */
export const mayBeBad = (plan: Plan, expectation: PlannedExpectation): string => {
  const objective = expectation.objective.during;
  if (objective === undefined) return "–";
  const planned = plannedSamples(plan, expectation, "during");
  return planned === null ? formatShare(1 - objective) : String(allowedBad(objective, planned));
};
/** Faults that an agent holds, from ids `run/fault@edge`; absent ids: all faults. */
export const heldOf = (plan: Plan, faults: readonly string[] | undefined): string => {
  if (faults === undefined) return plan.faults.map(({ name }) => name).join(", ");
  const names = faults.map((id) => id.slice(id.indexOf("/") + 1, id.lastIndexOf("@")));
  return [...new Set(names)].join(", ") || "nothing";
};
export { PHASES };
