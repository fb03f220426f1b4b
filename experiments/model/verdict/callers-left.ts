/** Callers that gave up in time are not judged (PROOF.md 4). Where far more leave than did before, too few stay to judge by. */

import { leftOf, type Series, seenOf } from "../evidence/tally.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import type { ReasonCode } from "./verdict.ts";

/** Leeway above twice the baseline's share of callers that leave: a handful of callers always does. */
const LEEWAY = 0.05;

const leftIn = ({ count, tallies }: Series) => {
  const left = leftOf(tallies);
  const all = left + seenOf(count);
  return { left, all, share: all === 0 ? 0 : left / all };
};
const percent = (share: number): string => `${Number((100 * share).toFixed(1))}%`;

/**
 * Returns a gap for each expectation whose callers left too many exchanges unanswered. `cancelled: ignore` in the file
 * exempts an expectation.
 */
export const callersLeftGaps = (
  expectations: readonly PlannedExpectation[],
  told: (expectation: PlannedExpectation, phase: "baseline" | "during") => Series,
): readonly { readonly because: Extract<ReasonCode, "callers-left">; readonly reason: string }[] =>
  expectations.flatMap((expectation) => {
    const { name, probe, objective } = expectation;
    if (objective.during === undefined) return [];
    if (probe.kind === "traffic" && probe.params.cancelled === "ignore") return [];
    const before = leftIn(told(expectation, "baseline"));
    const during = leftIn(told(expectation, "during"));
    if (during.share <= 2 * before.share + LEEWAY) return [];
    const reason = `${name}: callers gave up ${during.left} of ${during.all} exchanges before they were too late (${percent(during.share)}; in the baseline ${percent(before.share)}), so those were not judged. Give \`good\` a \`within\` that its callers wait for, or say with \`cancelled\` what an exchange is that its caller gave up.`;
    return [{ because: "callers-left", reason }];
  });
