/** SQLite database of a server folder: the lock of the operating system is the owner's lock. */
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type DatabaseConnection, Kysely, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from "kysely";
import { makeFolder } from "../folder.ts";
import { type Database, Sqlite } from "./better-sqlite3.ts";
import { RowLockStripper } from "./row-locks.ts";
import type { Schema } from "./schema.ts";

/** Error: another live process has this folder. */
export class FolderLocked extends Error {
  override readonly name = "FolderLocked";
  readonly folder: string;
  constructor(folder: string) {
    super(`${folder} belongs to a squall server that is running; give this one a folder of its own, or stop that one`);
    this.folder = folder;
  }
}
export const DATABASE_FILE = "squall.db";

const forOwnerOnly = (path: string): void => {
  closeSync(openSync(path, "a", 0o600));
  chmodSync(path, 0o600);
};

/**
 * Locks the folder. `locking_mode=EXCLUSIVE` keeps the first lock until close. A process that dies loses the lock with
 * the file descriptors, so a lock is never left behind; and with this mode SQLite needs no shared memory file for the
 * write-ahead log.
 */
export const lockFolder = (folder: string): Database => {
  makeFolder(folder, 0o700);
  const path = join(folder, DATABASE_FILE);
  forOwnerOnly(path);
  const database = new Sqlite(path, { timeout: 0 });
  try {
    database.pragma("locking_mode = EXCLUSIVE");
    database.pragma("journal_mode = WAL");
    database.pragma("synchronous = FULL");
    database.pragma("foreign_keys = ON");
    database.exec("BEGIN IMMEDIATE; COMMIT");
    return database;
  } catch (error) {
    database.close();
    throw error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")
      ? new FolderLocked(folder)
      : error;
  }
};

/**
 * Driver that tolerates a failed rollback. On a full disk SQLite has ended the transaction by itself: the first error
 * counts, not the rollback's.
 */
class Driver extends SqliteDriver {
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await super.rollbackTransaction(connection).catch((error: Error) => {
      if (!error.message.includes("no transaction is active")) throw error;
    });
  }
}
class Dialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  constructor(config: SqliteDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): SqliteDriver {
    return new Driver(this.#config);
  }
}
export const openSqlite = (database: Database, onFailure: () => void = () => {}): Kysely<Schema> =>
  new Kysely<Schema>({
    ...{ dialect: new Dialect({ database }), plugins: [new RowLockStripper()] },
    log: ({ level }) => {
      if (level === "error") onFailure();
    },
  });

/**
 * Copies the whole database, as of the end of the copying, into a temporary file in the folder. Pages are copied a
 * hundred at a time, and pages written meanwhile are copied too: neither the server nor runs wait for a reader.
 */
export const copyDatabase = async (database: Database, folder: string) => {
  const place = mkdtempSync(join(folder, "copy-"));
  const remove = () => rmSync(place, { recursive: true, force: true });
  try {
    const path = join(place, DATABASE_FILE);
    forOwnerOnly(path);
    await database.backup(path);
    const db = openSqlite(new Sqlite(path));
    return { db, close: () => db.destroy().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
};
