/** Reaction to the verdict of a scheduled run: a pure decision, so that tests need no run. */

import type { Reaction, Schedule } from "../../experiments/model/schedule/schedule.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { FinishedScheduledRun } from "../store/scheduled-runs.ts";

export type ReactionStep =
  | { readonly do: "nothing" }
  /** `atMs`: time of the decision, Unix ms. */
  | { readonly do: "pause" | "halt-all"; readonly reason: string; readonly atMs: number }
  /** Retry at `atMs` (Unix ms), with `left` further retries after that. */
  | { readonly do: "retry"; readonly atMs: number; readonly left: number };

const CONTINUE: Reaction = { do: "continue" };

/**
 * `retriesLeft`: remaining retries of the instant being retried; null: this run is the instant's first. `nowMs`: Unix
 * ms.
 */
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
