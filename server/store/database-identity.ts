/**
 * Identity of a PostgreSQL database, written down in it: a copy that is served beside its original would have the original's
 * name, end the runs that it still shows as live, and call the original's webhooks.
 */
import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** This database is a copy of another one, or was moved. */
export class CopiedDatabase extends Error {
  override readonly name = "CopiedDatabase";
}
const KEY = "home";

/**
 * A cluster's identifier, which also its standbys have, and the number of the database in it. A dump that is restored has
 * another one in either; a standby that is promoted has the same, and neither has a copy of a whole cluster's files.
 */
const readDatabaseIdentity = async (db: Kysely<Schema>): Promise<string> => {
  const { rows } = await sql<{ home: string }>`
    select (select system_identifier from pg_control_system()) || '/' || oid as home
    from pg_database where datname = current_database()`.execute(db);
  return rows[0]!.home;
};

/** Writes down where it lives, the first time. Throws CopiedDatabase where that is somewhere else. PostgreSQL only. */
export const checkDatabaseIdentity = async (db: Kysely<Schema>): Promise<void> => {
  const here = await readDatabaseIdentity(db);
  await db
    .insertInto("meta")
    .values({ key: KEY, value: here })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  const { value } = await db.selectFrom("meta").select("value").where("key", "=", KEY).executeTakeFirstOrThrow();
  if (value !== here)
    throw new CopiedDatabase(
      `it is a copy of another database, or was moved (it was database ${value}, and is ${here}): stop the server on the other ` +
        "one, or mean this one to be a control plane of its own, then run `squall adopt` with this DATABASE_URL",
    );
};
/** It lives where it is found the next time. */
export const clearDatabaseIdentity = async (db: Kysely<Schema>): Promise<void> => {
  await db.deleteFrom("meta").where("key", "=", KEY).execute();
};
