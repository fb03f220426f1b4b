/** Due check of a schedule: starts the due instant, records the outcome, and returns the time of the next check. */
import { dueInstant, nextInstants, type ScheduleInstant } from "../../experiments/model/schedule/instants.ts";
import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { readScheduleState } from "../store/instants.ts";
import { type FireDeps, fire } from "./fire.ts";
import { ownerOf, type ScheduleEntry } from "./schedule-entry.ts";
import { pauseOf } from "./schedule-status.ts";
import type { ScheduleStore } from "./schedule-store.ts";

export interface DueCheckDeps extends FireDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: ScheduleStore;
}
/** Retry interval for an instant that could not be started now. */
export const RETRY_MS = 10_000;
const NEVER = Number.POSITIVE_INFINITY;

interface DueInstant {
  readonly entry: ScheduleEntry;
  readonly schedule: Schedule;
  readonly instant: ScheduleInstant;
  /** False: a retry after a verdict. */
  readonly byCron: boolean;
}

/** False: the instant is still to be started. */
const fireInstant = async (deps: DueCheckDeps, { entry, schedule, instant, byCron }: DueInstant): Promise<boolean> => {
  const { log, clock, store } = deps;
  const result = await fire(deps, { schedule, instant, nowMs: clock.wallMs(), by: ownerOf(entry) });
  const what = `schedule ${entry.name}, ${new Date(instant.instantMs).toISOString()}`;
  if (result.outcome === "later") {
    log.warn(`${what}: not started yet: ${result.reason}`);
    return false;
  }
  const run = result.outcome === "started" ? result.run : null;
  const reason = "reason" in result ? result.reason : "";
  log.info(`${what}: ${result.outcome}${run === null ? "" : ` run ${run}`}${reason === "" ? "" : `: ${reason}`}`);
  const outcome = run !== null && !byCron ? "retried" : result.outcome;
  const row = { schedule: entry.name, instantMs: instant.instantMs, outcome, reason, run, byCron };
  await store.recordInstant({ ...row, keep: schedule.history, atMs: clock.wallMs() });
  return true;
};

/** Time of the next check, Unix ms. Throws Fenced once another server leads. */
export const checkDue = async (deps: DueCheckDeps, entry: ScheduleEntry, schedule: Schedule): Promise<number> => {
  const { clock, db } = deps;
  const state = await readScheduleState(db, entry.name);
  if (pauseOf(entry, schedule, state) !== null) return NEVER;
  const nowMs = clock.wallMs();
  const consideredMs = Math.max(state?.considered_ms ?? 0, entry.appliedMs);
  const due = dueInstant(schedule, consideredMs, nowMs);
  const nextMs = nextInstants(schedule, due?.instantMs ?? consideredMs, 1)[0]?.startMs ?? NEVER;
  const again = (taken: boolean) => (taken ? nextMs : nowMs + RETRY_MS);
  // A regular instant replaces a retry that still waits.
  if (due !== null) return again(await fireInstant(deps, { entry, schedule, instant: due, byCron: true }));
  const retryMs = state?.retry_ms ?? null;
  if (retryMs === null) return nextMs;
  if (retryMs > nowMs) return Math.min(nextMs, retryMs);
  const instant = { instantMs: retryMs, startMs: retryMs };
  return again(await fireInstant(deps, { entry, schedule, instant, byCron: false }));
};
