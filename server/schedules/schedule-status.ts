/** Status of schedules, as shown to people. */

import type { RunId } from "../../experiments/model/names.ts";
import type { RunMode } from "../../experiments/model/plan/plan.ts";
import { nextInstants, obstacleAt } from "../../experiments/model/schedule/instants.ts";
import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import type { Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { InstantOutcome } from "../contract/schedules.ts";
import type { ScheduleStateRow } from "../store/instants.ts";
import type { ScheduledRun } from "../store/scheduled-runs.ts";
import type { ScheduleEntry } from "./schedule-entry.ts";

export interface PastInstant {
  readonly instantMs: number;
  readonly outcome: InstantOutcome;
  /** Reason why no run was started; empty if a run was started. */
  readonly reason: string;
  readonly run: RunId | null;
  /** Verdict of that run; null while the run is not over. */
  readonly verdict: Verdict | null;
}
export interface NextInstant {
  readonly instantMs: number;
  /** Start time with the jitter, Unix ms. */
  readonly startMs: number;
  /** Reason why the instant will not be started, as far as known now; null: a start is expected. */
  readonly skipped: "window" | "freeze" | "paused" | null;
}
export interface ScheduleStatus {
  readonly name: string;
  readonly version: number;
  readonly experiment: string;
  readonly cron: string;
  readonly timeZone: string;
  readonly mode: RunMode;
  /**
   * Pause of the schedule: reason, operator and start (Unix ms); null: not paused. `by` is null where the file or a
   * verdict paused the schedule.
   */
  readonly paused: { readonly reason: string; readonly by: string | null; readonly sinceMs: number } | null;
  readonly next: readonly NextInstant[];
  /** Newest first. */
  readonly last: readonly PastInstant[];
  /** Problem that keeps the stored document from being scheduled; null: no problem. */
  readonly problem: string | null;
}

export const PAUSED_BY_FILE = "its file says `paused: true`";

/** Pause of a schedule, during which no runs are started; null: not paused. */
export const pauseOf = (
  entry: ScheduleEntry,
  schedule: Schedule,
  state: ScheduleStateRow | null,
): ScheduleStatus["paused"] => {
  if (schedule.paused) return { reason: PAUSED_BY_FILE, by: null, sinceMs: entry.appliedMs };
  if (state === null || state.paused_reason === null) return null;
  return { reason: state.paused_reason, by: state.paused_by, sinceMs: state.paused_ms ?? entry.appliedMs };
};

const lastOf = ({ instantMs, outcome, reason, run, verdict }: ScheduledRun): PastInstant => ({
  ...{ instantMs, reason, run },
  outcome: outcome as InstantOutcome,
  verdict: verdict as Verdict | null,
});

export interface ScheduleHistory {
  readonly state: ScheduleStateRow | null;
  readonly last: readonly ScheduledRun[];
  readonly nowMs: number;
  /** Number of upcoming instants shown. */
  readonly next: number;
}
export const scheduleStatus = (entry: ScheduleEntry, { state, last, nowMs, next }: ScheduleHistory): ScheduleStatus => {
  const { name, version, read } = entry;
  const past = last.map(lastOf);
  if ("problem" in read) {
    const nothing = { experiment: "", cron: "", timeZone: "", mode: "full" as const, paused: null, next: [] };
    return { ...nothing, name, version, last: past, problem: read.problem };
  }
  const { schedule } = read;
  const { experiment, cron, timeZone, mode } = schedule;
  const paused = pauseOf(entry, schedule, state);
  const coming = nextInstants(schedule, nowMs, next).map(
    ({ instantMs, startMs }): NextInstant => ({
      ...{ instantMs, startMs },
      skipped: paused === null ? (obstacleAt(schedule, startMs)?.why ?? null) : "paused",
    }),
  );
  return { name, version, experiment, cron, timeZone, mode, paused, next: coming, last: past, problem: null };
};
