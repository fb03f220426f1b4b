/** Opens the database of one server folder, alone: the lock of the operating system is the owner's lock. */
import { chmodSync, closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import { Kysely, Migrator, SqliteDialect } from "kysely";
import { migrations } from "./migrations.ts";
import type { Schema } from "./schema.ts";

export interface Store {
  readonly db: Kysely<Schema>;
  /** +1 for each start of a server on this database; fences what an earlier one sent. */
  readonly epoch: number;
  close(): Promise<void>;
}
/** Another live process has this folder. */
export class FolderTaken extends Error {
  override readonly name = "FolderTaken";
  readonly folder: string;
  constructor(folder: string) {
    super(`${folder} belongs to a squall server that is running; give this one a folder of its own, or stop that one`);
    this.folder = folder;
  }
}
export const DATABASE = "squall.db";

/**
 * `locking_mode=EXCLUSIVE` keeps the first lock until close. A process that dies loses it with its descriptors, so it is
 * never left behind; and with it SQLite needs no shared memory file for the write-ahead log.
 */
const lock = (folder: string): SQLite.Database => {
  const path = join(folder, DATABASE);
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
  const database = new SQLite(path, { timeout: 0 });
  try {
    database.pragma("locking_mode = EXCLUSIVE");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.exec("BEGIN IMMEDIATE; COMMIT");
    return database;
  } catch (error) {
    database.close();
    throw error instanceof SQLite.SqliteError && error.code.startsWith("SQLITE_BUSY") ? new FolderTaken(folder) : error;
  }
};

const migrate = async (db: Kysely<Schema>): Promise<void> => {
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
};

const nextEpoch = (db: Kysely<Schema>): Promise<number> =>
  db.transaction().execute(async (transaction) => {
    const row = await transaction.selectFrom("meta").select("value").where("key", "=", "epoch").executeTakeFirst();
    const epoch = Number(row?.value ?? 0) + 1;
    const value = String(epoch);
    await transaction
      .insertInto("meta")
      .values({ key: "epoch", value })
      .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
      .execute();
    return epoch;
  });

/** Makes the folder when absent, takes its lock, migrates. Throws FolderTaken when another process holds it. */
export const openStore = async (folder: string): Promise<Store> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = lock(folder);
  const db = new Kysely<Schema>({ dialect: new SqliteDialect({ database }) });
  try {
    await migrate(db);
    return { db, epoch: await nextEpoch(db), close: () => db.destroy() };
  } catch (error) {
    await db.destroy();
    throw error;
  }
};
