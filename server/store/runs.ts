/** The row of each run: made with its journal's first record, brought up to date as it goes, closed with its last. */
import type { Insertable, Selectable, Updateable } from "kysely";
import type { Db, Schema } from "./schema.ts";

export type RunRow = Selectable<Schema["runs"]>;

export const insertRun = async (db: Db, row: Insertable<Schema["runs"]>): Promise<void> => {
  await db.insertInto("runs").values(row).execute();
};
export const updateRun = async (db: Db, id: string, change: Updateable<Schema["runs"]>): Promise<void> => {
  await db.updateTable("runs").set(change).where("id", "=", id).execute();
};
/** Newest first. */
export const listRuns = (db: Db): Promise<RunRow[]> =>
  db.selectFrom("runs").selectAll().orderBy("started_ms", "desc").orderBy("id").execute();
export const findRun = (db: Db, id: string): Promise<RunRow | undefined> =>
  db.selectFrom("runs").selectAll().where("id", "=", id).executeTakeFirst();
/** Runs whose journal was never closed: their server died under them. */
export const unfinishedRuns = (db: Db): Promise<RunRow[]> =>
  db.selectFrom("runs").selectAll().where("closed", "=", 0).orderBy("started_ms").execute();
