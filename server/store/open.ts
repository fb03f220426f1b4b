/** Opens what a server keeps: the SQLite file of its folder, which it locks, or a PostgreSQL that it may share with others. */
import { randomUUID } from "node:crypto";
import { type Kysely, Migrator } from "kysely";
import { migrations } from "./migrations/index.ts";
import type { Db, Schema } from "./schema.ts";
import { copyOf, lockFolder, openSqlite } from "./sqlite.ts";

export { DATABASE, FolderTaken } from "./sqlite.ts";

export type Dialect = "sqlite" | "postgres";
export interface Snapshot {
  readonly db: Db;
  close(): Promise<void>;
}
export interface Store {
  readonly db: Kysely<Schema>;
  readonly dialect: Dialect;
  /** For who leads: a connection that no slow query of others holds up. */
  readonly steering: Kysely<Schema>;
  /** Names this database, and stays with it; a restored one has a name of its own. */
  readonly cluster: string;
  /** Everything as it is at one moment, however long it takes to read it; nobody waits for that. */
  snapshot(): Promise<Snapshot>;
  close(): Promise<void>;
}
export interface StoreConfig {
  /** Of this server alone. Made when absent; taken with an exclusive lock where it holds the database. */
  readonly folder: string;
  /** `postgres://…`; absent: an SQLite file in the folder. */
  readonly databaseUrl?: string | undefined;
  /** Connections that were lost while nobody waited for them: the next query makes a new one. */
  readonly onError?: (error: Error) => void;
  /** A connection that could not be had, or a query that failed, whoever waited for it. */
  readonly onFailure?: (kind: "connection" | "query") => void;
}
/** A newer version of Squall has changed the tables. */
export class NewerDatabase extends Error {
  override readonly name = "NewerDatabase";
}
/** Nobody answers there, or not to us. */
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

const clusterOf = async (db: Kysely<Schema>): Promise<string> => {
  const value = randomUUID();
  await db
    .insertInto("meta")
    .values({ key: "cluster", value })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
  return (await db.selectFrom("meta").select("value").where("key", "=", "cluster").executeTakeFirstOrThrow()).value;
};

type Opened = Omit<Store, "cluster">;

type OnFailure = NonNullable<StoreConfig["onFailure"]>;
const openFile = (folder: string, onFailure: OnFailure): Opened => {
  const database = lockFolder(folder);
  const db = openSqlite(database, () => onFailure("query"));
  return {
    ...{ db, dialect: "sqlite", steering: db },
    snapshot: () => copyOf(database, folder),
    close: () => db.destroy(),
  };
};

/** Only where it is meant: an embedded run starts sooner without it. */
const openUrl = async (url: string, onError: (error: Error) => void, onFailure: OnFailure): Promise<Opened> => {
  const { openPostgres, stillView } = await import("./postgres.ts");
  const db = openPostgres({ url, most: 10, connectMs: 2_000, answerMs: 5_000, onError, onFailure });
  const steering = openPostgres({ url, most: 1, connectMs: 1_000, answerMs: 1_000, onError, onFailure });
  return {
    ...{ db, steering, dialect: "postgres" },
    snapshot: () => stillView(db),
    close: async () => {
      await Promise.all([db.destroy(), steering.destroy()]);
    },
  };
};

/** `host:port/database`, without user and password. */
const placeOf = (url: string): string => {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
};
const unreachable = (url: string, error: Error & { readonly code?: string }): Error =>
  error instanceof NewerDatabase
    ? error
    : new DatabaseUnreachable(
        `the database at ${placeOf(url)} cannot be used: ${error.message || error.code || error.name}`,
        { cause: error },
      );

/** Opens and migrates. Throws FolderTaken, DatabaseUnreachable, NewerDatabase. */
export const openStore = async (config: StoreConfig): Promise<Store> => {
  const { folder, databaseUrl, onError = () => {}, onFailure = () => {} } = config;
  if (databaseUrl !== undefined && !/^postgres(ql)?:\/\/[^/]/.test(databaseUrl))
    throw new DatabaseUnreachable("the database's URL must be like postgres://user:password@host:5432/database");
  const opened =
    databaseUrl === undefined ? openFile(folder, onFailure) : await openUrl(databaseUrl, onError, onFailure);
  try {
    await migrate(opened.db);
    return { ...opened, cluster: await clusterOf(opened.db) };
  } catch (error) {
    await opened.close();
    throw databaseUrl === undefined ? error : unreachable(databaseUrl, error as Error);
  }
};
