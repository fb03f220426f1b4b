/**
 * Opens a server's store: the SQLite file of the server's folder, which the server locks, or a PostgreSQL that servers
 * may share.
 */

import { randomUUID } from "node:crypto";
import { type Kysely, Migrator } from "kysely";
import { type DatabaseErrorKind, isTransient } from "./database-failure.ts";
import { checkDatabaseIdentity } from "./database-identity.ts";
import { type DatabaseUrl, readDatabaseUrl } from "./database-url.ts";
import { migrations } from "./migrations/index.ts";
import type { Db, Schema } from "./schema.ts";
import { copyDatabase, lockFolder, openSqlite } from "./sqlite.ts";

export { DATABASE_FILE, FolderLocked } from "./sqlite.ts";

export type Dialect = "sqlite" | "postgres";
export interface Snapshot {
  readonly db: Db;
  close(): Promise<void>;
}
export interface Store {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
  /** Connection for leader election, which no slow query of other callers holds up. */
  readonly leaderDb: Kysely<Schema>;
  /** Name of this database, constant for the database's life; a restored database has a name of its own. */
  readonly cluster: string;
  /** Snapshot of the database at a moment, however long reading takes; no other work waits for the reader. */
  snapshot(): Promise<Snapshot>;
  close(): Promise<void>;
}
export interface StoreConfig {
  /** Folder of this server alone. Made when absent; locked exclusively if the folder holds the database. */
  readonly folder: string;
  /** `postgres://…`, with several hosts where the database fails over; absent: an SQLite file in the folder. */
  readonly databaseUrl?: string | undefined;
  /** True if the database may have been copied or moved here: only `adopt` opens such a database. */
  readonly isCopy?: boolean;
  /** Called for an idle connection that was lost: the next query makes a new connection. */
  readonly onError?: (error: Error) => void;
  /** Called for each failed connection or query, whoever waited. */
  readonly onFailure?: (kind: DatabaseErrorKind) => void;
}
/** Error: a newer version of Squall has changed the tables. */
export class NewerDatabase extends Error {
  override readonly name = "NewerDatabase";
}
/** Error: no database answers there, or the database refuses this server. */
export class DatabaseUnreachable extends Error {
  override readonly name = "DatabaseUnreachable";
}

const migrate = async (db: Kysely<Schema>): Promise<void> => {
  const provider = { getMigrations: async () => ({ ...migrations }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error instanceof Error && error.message.includes("previously executed migration"))
    throw new NewerDatabase(
      `this database was changed by a newer version of squall (${error.message}): run that version, or restore a backup`,
    );
  if (error !== undefined) throw error;
};

/**
 * Most tries to migrate. A statement waits 5 s at most; two servers that start at once on a slow database wait for each
 * other.
 */
const TRIES = 12;
/**
 * SQLSTATE unique_violation, duplicate_table: the other server made the tables of the migrations at the same moment,
 * which no lock prevents.
 */
const RACED: ReadonlySet<unknown> = new Set(["23505", "42P07"]);
/** Migrates like `migrate`, also while another server migrates. */
const migrateInTurn = async (db: Kysely<Schema>): Promise<void> => {
  for (let tries = 1; ; tries++) {
    try {
      return await migrate(db);
    } catch (error) {
      const isInTurn = isTransient(error) || RACED.has((error as { readonly code?: string }).code);
      if (tries === TRIES || !isInTurn) throw error;
    }
  }
};

const clusterOf = async (db: Kysely<Schema>): Promise<string> => {
  const value = randomUUID();
  await db
    .insertInto("meta")
    .values({ key: "cluster", value })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return (await db.selectFrom("meta").select("value").where("key", "=", "cluster").executeTakeFirstOrThrow()).value;
};

/** Opened store. `check` throws if the database cannot serve Squall, `checkIdentity` if the database is a copy. */
type Opened = Omit<Store, "cluster"> & {
  readonly check?: () => Promise<void>;
  readonly checkIdentity?: () => Promise<void>;
};

type OnFailure = NonNullable<StoreConfig["onFailure"]>;
const openFile = (folder: string, onFailure: OnFailure): Opened => {
  const database = lockFolder(folder);
  const db = openSqlite(database, () => onFailure("query"));
  return {
    ...{ db, dialect: "sqlite", leaderDb: db },
    snapshot: () => copyDatabase(database, folder),
    close: () => db.destroy(),
  };
};

/** Opens a PostgreSQL store. The module is loaded only when wanted: an embedded run starts sooner without `pg`. */
const openUrl = async (
  { urls }: DatabaseUrl,
  onError: (error: Error) => void,
  onFailure: OnFailure,
): Promise<Opened> => {
  const { checkEncoding, openPostgres, openRepeatableRead } = await import("./postgres.ts");
  const db = openPostgres({ urls, most: 10, connectMs: 2_000, answerMs: 5_000, onError, onFailure });
  const leaderDb = openPostgres({ urls, most: 1, connectMs: 2_000, answerMs: 1_000, onError, onFailure });
  return {
    ...{ check: () => checkEncoding(db), checkIdentity: () => checkDatabaseIdentity(db) },
    ...{ db, leaderDb, dialect: "postgres" },
    snapshot: () => openRepeatableRead(db),
    close: async () => {
      await Promise.all([db.destroy(), leaderDb.destroy()]);
    },
  };
};

const unreachable = (place: string, error: Error & { readonly code?: string }): Error =>
  error instanceof NewerDatabase
    ? error
    : new DatabaseUnreachable(`the database at ${place} cannot be used: ${error.message || error.code || error.name}`, {
        cause: error,
      });
const readUrl = (text: string): DatabaseUrl => {
  const read = readDatabaseUrl(text);
  if (read !== null) return read;
  throw new DatabaseUnreachable(
    "the database's URL must be like postgres://user:password@host:5432/database; several hosts are separated by commas",
  );
};

/** Opens and migrates a store. Throws FolderLocked, DatabaseUnreachable, NewerDatabase. */
export const openStore = async (config: StoreConfig): Promise<Store> => {
  const { folder, databaseUrl, onError = () => {}, onFailure = () => {} } = config;
  const url = databaseUrl === undefined ? null : readUrl(databaseUrl);
  const opened = url === null ? openFile(folder, onFailure) : await openUrl(url, onError, onFailure);
  try {
    const { check, checkIdentity, ...store } = opened;
    await check?.();
    await migrateInTurn(opened.db);
    if (config.isCopy !== true) await checkIdentity?.();
    return { ...store, cluster: await clusterOf(opened.db) };
  } catch (error) {
    await opened.close();
    throw url === null ? error : unreachable(url.place, error as Error);
  }
};
