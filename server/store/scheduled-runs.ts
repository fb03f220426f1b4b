/** Runs that schedules started, with outcomes. */
import type { RunId } from "../../experiments/model/names.ts";
import type { Db } from "./schema.ts";

export interface ScheduledRun {
  readonly schedule: string;
  readonly instantMs: number;
  readonly outcome: string;
  readonly reason: string;
  readonly run: RunId | null;
  /** Verdict of the run; null: the run is not over, or has no verdict. */
  readonly verdict: string | null;
}

/** Runs of a schedule, newest first. */
export const listScheduledRuns = async (db: Db, schedule: string, limit: number): Promise<ScheduledRun[]> => {
  const rows = await db
    .selectFrom("instants")
    .leftJoin("runs", "runs.id", "instants.run")
    .select(["instants.schedule", "instant_ms", "outcome", "instants.reason", "run", "verdict"])
    .where("instants.schedule", "=", schedule)
    .orderBy("instant_ms", "desc")
    .limit(limit)
    .execute();
  return rows.map(({ instant_ms, ...row }) => ({ ...row, instantMs: instant_ms }));
};

export interface FinishedScheduledRun {
  readonly schedule: string;
  readonly instantMs: number;
  readonly run: RunId;
  readonly verdict: string | null;
  readonly reason: string;
}
/** Finished runs of schedules that have not been reacted to yet, the oldest first. */
export const listUnhandledRuns = async (db: Db, limit: number): Promise<FinishedScheduledRun[]> => {
  const rows = await db
    .selectFrom("instants")
    .innerJoin("runs", "runs.id", "instants.run")
    .select(["instants.schedule", "instant_ms", "runs.id as run", "verdict", "runs.reason"])
    .where("reacted", "=", 0)
    .where("closed", "=", 1)
    .orderBy("instant_ms")
    .limit(limit)
    .execute();
  return rows.map(({ instant_ms, ...row }) => ({ ...row, instantMs: instant_ms }));
};

/** Unfinished run of the schedule; null: none. */
export const findUnfinishedRun = async (db: Db, schedule: string): Promise<string | null> => {
  const open = db.selectFrom("runs").select("id").where("schedule", "=", schedule).where("closed", "=", 0);
  return (await open.limit(1).executeTakeFirst())?.id ?? null;
};

/**
 * Deletes all but the last `keep` instants of a schedule. No instant is started again by that: instants are considered
 * in order, and `considered_ms` is past the deleted instants. Instants still to be reacted to stay.
 */
export const pruneInstants = async (db: Db, schedule: string, keep: number): Promise<void> => {
  const oldest = await db
    .selectFrom("instants")
    .select("instant_ms")
    .where("schedule", "=", schedule)
    .orderBy("instant_ms", "desc")
    .offset(keep)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await db
    .deleteFrom("instants")
    .where("schedule", "=", schedule)
    .where("instant_ms", "<=", oldest.instant_ms)
    .where((row) => row.or([row("run", "is", null), row("reacted", "=", 1)]))
    .execute();
};
