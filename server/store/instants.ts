/** Instants of schedules that fired. An instant is a row, so that each instant fires only once, on whichever server. */
import type { Insertable, Selectable, Updateable } from "kysely";
import type { Db, Schema, Tx } from "./schema.ts";

export type InstantRow = Selectable<Schema["instants"]>;
export type ScheduleStateRow = Selectable<Schema["schedule_states"]>;

/**
 * Takes an instant. true: the instant is the caller's. false: the instant was taken before, and no run may be started
 * for it.
 */
export const insertInstant = async (tx: Tx, row: Insertable<Schema["instants"]>): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto("instants")
    .values(row)
    .onConflict((conflict) => conflict.columns(["schedule", "instant_ms"]).doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};
/** Records the outcome of an instant, once known. */
export const recordInstantOutcome = async (
  db: Db,
  schedule: string,
  instantMs: number,
  change: Pick<Updateable<Schema["instants"]>, "outcome" | "reason" | "run" | "reacted">,
): Promise<void> => {
  await db
    .updateTable("instants")
    .set(change)
    .where("schedule", "=", schedule)
    .where("instant_ms", "=", instantMs)
    .execute();
};
/** Instants, newest first; those before `before` (Unix ms), at most `limit`. */
export const listInstants = (
  db: Db,
  schedule: string,
  { before, limit = 20 }: { readonly before?: number; readonly limit?: number } = {},
): Promise<InstantRow[]> =>
  db
    .selectFrom("instants")
    .selectAll()
    .where("schedule", "=", schedule)
    .$if(before !== undefined, (query) => query.where("instant_ms", "<", before!))
    .orderBy("instant_ms", "desc")
    .limit(limit)
    .execute();

/** State of a schedule; null: none was ever recorded. */
export const readScheduleState = async (db: Db, schedule: string): Promise<ScheduleStateRow | null> =>
  (await db.selectFrom("schedule_states").selectAll().where("schedule", "=", schedule).executeTakeFirst()) ?? null;
export const listScheduleStates = (db: Db): Promise<ScheduleStateRow[]> =>
  db.selectFrom("schedule_states").selectAll().orderBy("schedule").execute();
/** Updates only the given columns; the others stay, or are null in a new row. */
export const upsertScheduleState = async (
  db: Db,
  schedule: string,
  change: Partial<Omit<ScheduleStateRow, "schedule">>,
): Promise<void> => {
  const insert = db.insertInto("schedule_states").values({ schedule, ...change });
  const same = Object.keys(change).length === 0;
  await insert
    .onConflict((conflict) => (same ? conflict.doNothing() : conflict.column("schedule").doUpdateSet(change)))
    .execute();
};
/** Deletes a schedule's state. A removed schedule that comes back begins anew; old instants stay taken. */
export const deleteScheduleState = async (db: Db, schedule: string): Promise<void> => {
  await db.deleteFrom("schedule_states").where("schedule", "=", schedule).execute();
};
