/** Looks at one schedule: starts what is due, writes down what became of it, and says when to look again. */

import { dueInstant, nextInstants, type ScheduleInstant } from "../../experiments/model/schedule/instants.ts";
import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { readScheduleState } from "../store/instants.ts";
import { type Entry, ownerOf } from "./entry.ts";
import { type FiringMeans, fire } from "./firing.ts";
import type { Ledger } from "./ledger.ts";
import { pauseOf } from "./views.ts";

export interface AttentionMeans extends FiringMeans {
  readonly clock: Clock;
  readonly log: Log;
  readonly ledger: Ledger;
}
/** What could not be done now is tried again after this. */
export const AGAIN_MS = 10_000;
const NEVER = Number.POSITIVE_INFINITY;

interface Turn {
  readonly entry: Entry;
  readonly schedule: Schedule;
  readonly instant: ScheduleInstant;
  /** False: to be tried again after a verdict. */
  readonly byCron: boolean;
}

/** False: it is still to be started. */
const take = async (means: AttentionMeans, { entry, schedule, instant, byCron }: Turn): Promise<boolean> => {
  const { log, clock, ledger } = means;
  const fired = await fire(means, { schedule, instant, nowMs: clock.wallMs(), by: ownerOf(entry) });
  const what = `schedule ${entry.name}, ${new Date(instant.instantMs).toISOString()}`;
  if (fired.outcome === "later") {
    log.warn(`${what}: not started yet: ${fired.reason}`);
    return false;
  }
  const run = fired.outcome === "started" ? fired.run : null;
  const reason = "reason" in fired ? fired.reason : "";
  log.info(`${what}: ${fired.outcome}${run === null ? "" : ` run ${run}`}${reason === "" ? "" : `: ${reason}`}`);
  const outcome = run !== null && !byCron ? "retried" : fired.outcome;
  const row = { schedule: entry.name, instantMs: instant.instantMs, outcome, reason, run, byCron };
  await ledger.done({ ...row, keep: schedule.history, atMs: clock.wallMs() });
  return true;
};

/** When (Unix ms) to look again. Throws Fenced once another server leads. */
export const attend = async (means: AttentionMeans, entry: Entry, schedule: Schedule): Promise<number> => {
  const { clock, db } = means;
  const state = await readScheduleState(db, entry.name);
  if (pauseOf(entry, schedule, state) !== null) return NEVER;
  const nowMs = clock.wallMs();
  const consideredMs = Math.max(state?.considered_ms ?? 0, entry.appliedMs);
  const due = dueInstant(schedule, consideredMs, nowMs);
  const nextMs = nextInstants(schedule, due?.instantMs ?? consideredMs, 1)[0]?.startMs ?? NEVER;
  const again = (taken: boolean) => (taken ? nextMs : nowMs + AGAIN_MS);
  // A regular instant takes the place of a retry that still waits.
  if (due !== null) return again(await take(means, { entry, schedule, instant: due, byCron: true }));
  const retryMs = state?.retry_ms ?? null;
  if (retryMs === null) return nextMs;
  if (retryMs > nowMs) return Math.min(nextMs, retryMs);
  const instant = { instantMs: retryMs, startMs: retryMs };
  return again(await take(means, { entry, schedule, instant, byCron: false }));
};
