/** What follows from the verdict of a run that a schedule started: decided purely, so that it can be tested without one. */

import type { Reaction, Schedule } from "../../experiments/model/schedule/schedule.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { FinishedScheduledRun } from "../store/scheduled-runs.ts";

export type ReactionStep =
  | { readonly do: "nothing" }
  /** `atMs`: when it was decided, Unix ms. */
  | { readonly do: "pause" | "halt-all"; readonly reason: string; readonly atMs: number }
  /** At `atMs` (Unix ms), and `left` more times after this one. */
  | { readonly do: "retry"; readonly atMs: number; readonly left: number };

const CONTINUE: Reaction = { do: "continue" };

/** `retriesLeft`: of the instant that is being retried; null: this is its first run. `nowMs`: Unix ms. */
export const decideReaction = (
  { after }: Pick<Schedule, "after">,
  { run, verdict, reason }: Pick<FinishedScheduledRun, "run" | "verdict" | "reason">,
  { retriesLeft, nowMs }: { readonly retriesLeft: number | null; readonly nowMs: number },
): ReactionStep => {
  const reaction = verdict === null ? CONTINUE : (after[verdict as Verdict] ?? CONTINUE);
  if (reaction.do === "continue") return { do: "nothing" };
  if (reaction.do !== "retry")
    return { do: reaction.do, reason: `run ${run} ended ${verdict}: ${reason}`, atMs: nowMs };
  const left = (retriesLeft ?? reaction.times) - 1;
  return left < 0 ? { do: "nothing" } : { do: "retry", atMs: nowMs + reaction.waitMs, left };
};
