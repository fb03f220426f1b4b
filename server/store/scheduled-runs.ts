/** Runs that schedules started, and their outcomes. */
import type { Db } from "./schema.ts";

export interface ScheduledRun {
  readonly schedule: string;
  readonly instantMs: number;
  readonly outcome: string;
  readonly reason: string;
  readonly run: string | null;
  /** null: the run is not over, or nothing was judged. */
  readonly verdict: string | null;
}

/** Of a schedule, newest first. */
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
  readonly run: string;
  readonly verdict: string | null;
  readonly reason: string;
}
/** Runs of schedules that are over and that nothing has followed from yet, the oldest first. */
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

/** A run of the schedule that is not over; null: there is none. */
export const findUnfinishedRun = async (db: Db, schedule: string): Promise<string | null> => {
  const open = db.selectFrom("runs").select("id").where("schedule", "=", schedule).where("closed", "=", 0);
  return (await open.limit(1).executeTakeFirst())?.id ?? null;
};

/**
 * Forgets all but the last `keep` instants of a schedule. Nothing starts again for it: instants are looked at in their
 * order, and `considered_ms` is past them. What must still be reacted to stays.
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
