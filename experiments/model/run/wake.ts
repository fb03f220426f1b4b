/** Times at which a run moves without an event. */

import { openStrikes } from "../evidence/strikes.ts";
import type { AgentBoot, FaultName } from "../names.ts";
import { ownProperty } from "../own-property.ts";
import { boundariesOf, liveAt } from "../plan/plan.ts";
import { ANSWER_MS } from "./moves.ts";
import type { Run, RunIn } from "./run.ts";

/**
 * Tells whether a run is past the deadline, in a state that has a deadline: states that remove faults have an end of
 * their own.
 */
export const overdue = (run: Run): boolean =>
  run.at !== "reverting" && run.at !== "auditing" && run.at !== "finished" && run.atMs >= run.plan.limits.deadlineMs;

/**
 * The last boundary of the timeline that is behind: the set of live faults changes only there. Boundaries are compared
 * as run times, the very numbers that `wakeAt` returns, because (a + b) - a need not be b.
 */
export const offsetOf = ({ plan, duringMs, atMs }: RunIn<"injecting">): number =>
  duringMs === null ? 0 : (boundariesOf(plan).findLast((ms) => duringMs + ms <= atMs) ?? 0);
export const liveNow = (run: RunIn<"injecting">): readonly FaultName[] => liveAt(run.plan, offsetOf(run));

/**
 * Time by which an agent must have reported holding the ordered faults: an agent that joined later has as long as the
 * others had.
 */
export const answerMs = ({ plan, orderedMs, joins }: RunIn<"injecting">, boot: AgentBoot): number =>
  Math.max(orderedMs, ownProperty(joins, boot)?.atMs ?? 0) + plan.leaseMs;

/**
 * Next time (run ms, never before `nowMs`) at which the run needs a `woke` event; Infinity when the run is finished.
 */
export const wakeAt = (run: Run, nowMs: number): number => Math.max(nowMs, nextOf(run));

const nextOf = (run: Run): number => {
  const { plan, atMs } = run;
  const { deadlineMs } = plan.limits;
  const { warmupMs, baselineMs, recovery } = plan.phases;
  switch (run.at) {
    case "queued":
    case "preparing":
      return deadlineMs;
    case "warming":
      return Math.min(deadlineMs, run.sinceMs + warmupMs);
    case "baseline":
      return run.settling ? deadlineMs : Math.min(deadlineMs, run.sinceMs + baselineMs);
    case "injecting": {
      const { duringMs } = run;
      const answer = Math.min(Number.POSITIVE_INFINITY, ...run.waiting.map((boot) => answerMs(run, boot)));
      const cues = duringMs === null ? [] : boundariesOf(plan).map((ms) => duringMs + ms);
      return Math.min(deadlineMs, answer, cues.find((ms) => ms > atMs) ?? Number.POSITIVE_INFINITY);
    }
    case "reverting":
    case "auditing":
      return run.sinceMs + ANSWER_MS;
    case "recovering":
      return Math.min(
        deadlineMs,
        run.settling ? deadlineMs : run.sinceMs + recovery.withinMs + recovery.holdMs,
        ...openStrikes(run.strikes, atMs).map((strike) => strike.atMs + (strike.withinMs ?? 0)),
      );
    case "finished":
      return Number.POSITIVE_INFINITY;
  }
};
