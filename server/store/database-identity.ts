/**
 * Identity of a PostgreSQL database, recorded inside the database: a copy served beside the original would have the
 * original's name, end the runs that still look live in the copy, and call the original's webhooks.
 */
import { type Kysely, sql } from "kysely";
import type { Schema } from "./schema.ts";

/** Error: this database is a copy of another database, or was moved. */
export class CopiedDatabase extends Error {
  override readonly name = "CopiedDatabase";
}
const KEY = "home";

/**
 * Identity: the cluster's identifier, shared with standbys, and the number of the database in the cluster. A restored
 * dump differs in either; a promoted standby has the same identity. A copy of a whole cluster's files has the same
 * identity too, and is not detected.
 */
const readDatabaseIdentity = async (db: Kysely<Schema>): Promise<string> => {
  const { rows } = await sql<{ home: string }>`
    select (select system_identifier from pg_control_system()) || '/' || oid as home
    from pg_database where datname = current_database()`.execute(db);
  return rows[0]!.home;
};

/**
 * Records the database's identity the first time. Throws CopiedDatabase if the recorded identity differs. PostgreSQL
 * only.
 */
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
/** Clears the recorded identity: the next check records the place where the database is found. */
export const clearDatabaseIdentity = async (db: Kysely<Schema>): Promise<void> => {
  await db.deleteFrom("meta").where("key", "=", KEY).execute();
};
