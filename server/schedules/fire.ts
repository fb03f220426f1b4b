/** Fires a due instant: starts a run, or returns the reason why no run was started. */

import type { RunId } from "../../experiments/model/names.ts";
import { obstacleAt, type ScheduleInstant } from "../../experiments/model/schedule/instants.ts";
import type { Schedule } from "../../experiments/model/schedule/schedule.ts";
import { sayRoundedDuration } from "../../experiments/model/units/duration.ts";
import { ApiError } from "../errors.ts";
import { newSeed } from "../runs/start/plan.ts";
import type { StartedRun, StartRequest } from "../runs/start/request.ts";
import type { StoredExperiment } from "../runs/start/stored-experiment.ts";
import type { Principal } from "../security/roles.ts";
import { Fenced } from "../store/errors.ts";
import { listInstants } from "../store/instants.ts";
import { findUnfinishedRun } from "../store/scheduled-runs.ts";
import type { Db } from "../store/schema.ts";

export interface FireDeps {
  readonly db: Db;
  /** Throws ApiError if there is no experiment of that name and version. */
  readonly experiment: (name: string, version: number | null) => Promise<StoredExperiment>;
  /** Inserts the instant in the transaction that creates the run. Throws ApiError. */
  readonly start: (submission: StartRequest) => Promise<StartedRun>;
}
export interface FireRequest {
  readonly schedule: Schedule;
  readonly instant: ScheduleInstant;
  readonly by: Principal;
  readonly nowMs: number;
}
export type FireOutcome =
  | { readonly outcome: "started"; readonly run: RunId }
  | { readonly outcome: "missed" | "overlapped" | "window" | "freeze" | "refused"; readonly reason: string }
  /** The instant was handled already, here or on another server. */
  | { readonly outcome: "taken" }
  /** A transient obstacle: the instant is still to be started. */
  | { readonly outcome: "later"; readonly reason: string };

/** Refusals that are transient: due to this moment, not to the schedule. */
const TRANSIENT = ["draining", "no-leader", "not-leader", "store-unavailable", "timed-out", "internal", "queue-full"];

const seedOf = ({ seed }: Schedule): number | null => {
  if (typeof seed === "number") return seed;
  return seed === "fresh" ? newSeed() : null;
};
const submissionOf = (stored: StoredExperiment, { schedule, instant, by }: FireRequest): StartRequest => ({
  experiment: stored.content,
  version: stored.version,
  redact: stored.redact,
  ...{ file: null, attached: false, by },
  seed: seedOf(schedule),
  mode: schedule.mode,
  schedule: schedule.name,
  instantMs: instant.instantMs,
  priority: schedule.priority,
  select: schedule.select,
  static: schedule.static,
  strict: schedule.strict,
  labels: schedule.labels,
});

/** Throws ApiError. */
export const startRun = async ({ experiment, start }: FireDeps, request: FireRequest): Promise<StartedRun> => {
  const { schedule } = request;
  return start(submissionOf(await experiment(schedule.experiment, schedule.version), request));
};

/** Reason why the instant is not started at all; null: a start is tried. */
const skipReason = async ({ db }: FireDeps, { schedule, instant, nowMs }: FireRequest): Promise<FireOutcome | null> => {
  const [known] = await listInstants(db, schedule.name, { before: instant.instantMs + 1, limit: 1 });
  if (known?.instant_ms === instant.instantMs) return { outcome: "taken" };
  const lateMs = nowMs - instant.startMs;
  if (lateMs > schedule.startWithinMs)
    return {
      outcome: "missed",
      reason: `it was ${sayRoundedDuration(lateMs)} late, and may be ${sayRoundedDuration(schedule.startWithinMs)}`,
    };
  const against = obstacleAt(schedule, nowMs);
  if (against !== null) return { outcome: against.why, reason: against.reason };
  if (schedule.concurrency === "queue") return null;
  const before = await findUnfinishedRun(db, schedule.name);
  return before === null ? null : { outcome: "overlapped", reason: `run ${before} is not over` };
};

/** Throws Fenced once another server leads. */
export const fire = async (deps: FireDeps, request: FireRequest): Promise<FireOutcome> => {
  const against = await skipReason(deps, request);
  if (against !== null) return against;
  try {
    return { outcome: "started", run: (await startRun(deps, request)).id };
  } catch (error) {
    if (error instanceof Fenced) throw error;
    const reason = (error as Error).message;
    const final = error instanceof ApiError && !TRANSIENT.includes(error.code);
    return { outcome: final ? "refused" : "later", reason };
  }
};
