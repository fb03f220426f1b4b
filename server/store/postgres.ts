/**
 * Connections to PostgreSQL that never hang and never crash the process: every wait has an end, and a connection that
 * failed once, or answered too late, is thrown away instead of being given to the next query.
 */
import { Kysely, type LogEvent, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from "kysely";
import { type ClientBase, DatabaseError, Pool, type PoolClient, types } from "pg";
import type { Db, Schema } from "./schema.ts";

export interface PostgresConfig {
  /** One a host: the first that takes writes is used, from the one that last did. */
  readonly urls: readonly string[];
  /** Most connections at a time. */
  readonly most: number;
  /** How long a connection, and how long an answer may take, ms. */
  readonly connectMs: number;
  readonly answerMs: number;
  /** Connections that were lost while nobody waited for them. */
  readonly onError: (error: Error) => void;
  /** A connection that could not be had, or a query that failed. */
  readonly onFailure?: (kind: "connection" | "query") => void;
}
/**
 * A process that is stopped in the middle of a transaction keeps its locks; the database ends it after this time, well
 * before the row of a stopped leader expires.
 */
const IDLE_IN_TRANSACTION_MS = 2_000;
const INT8 = 20;
const NUMERIC = 1_700;

/** Counts and times fit a double; by default pg gives them as text. Of this pool only: others may want theirs. */
const parsers = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format as "text"),
} as typeof types;

/** PostgreSQL's text has no NUL; SQLite's has. */
const storable = (value: unknown): unknown =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;

/** A connection that takes no writes never will: it leads to a standby, or to a database that was closed for writes. */
const READ_ONLY = "25006";
export class ReadOnlyDatabase extends Error {
  override readonly name = "ReadOnlyDatabase";
  readonly code = READ_ONLY;
}
/** The database said no, and goes on listening. All else (cut, ended, too late): nobody knows what comes back next. */
const isAnswer = (error: unknown): boolean =>
  error instanceof DatabaseError && error.severity === "ERROR" && error.code !== READ_ONLY;

const guarded = (client: PoolClient): PostgresPoolClient => {
  let broken: Error | null = null;
  const query = async (text: string, values: readonly unknown[]) => {
    if (broken !== null) throw broken;
    try {
      return await client.query(text, values.map(storable));
    } catch (error) {
      if (!isAnswer(error)) broken = error as Error;
      throw error;
    }
  };
  // Its other form is for cursors, which nobody opens.
  return { query: query as unknown as PostgresPoolClient["query"], release: () => client.release(broken ?? undefined) };
};

/**
 * A statement's longest time, the same for every connection: a pooler in transaction mode gives what one has set to others.
 * Who waits for less gives up by itself.
 */
const STATEMENT_MS = 5_000;
/** Asked by a statement, and not as parameters of the connection, because PgBouncer refuses those that it does not know. */
const SETTLE = `select set_config('statement_timeout', '${STATEMENT_MS}', false),
  set_config('idle_in_transaction_session_timeout', '${IDLE_IN_TRANSACTION_MS}', false),
  pg_is_in_recovery() as standby, current_setting('transaction_read_only') = 'on' as closed`;

const settle = async (client: ClientBase): Promise<void> => {
  const { rows } = await client.query<{ standby: boolean; closed: boolean }>(SETTLE);
  const [row] = rows;
  if (row?.standby === true) throw new ReadOnlyDatabase("it is a standby, which takes no writes: name the primary too");
  if (row?.closed === true)
    throw new ReadOnlyDatabase("it takes no writes: default_transaction_read_only is on for this role or database");
};

const openPool = (url: string, { most, connectMs, answerMs, onError }: PostgresConfig): Pool => {
  const pool = new Pool({
    connectionString: url,
    max: most,
    application_name: "squall",
    connectionTimeoutMillis: connectMs,
    // Where not even the refusal comes back: the network is cut, or the database is stopped.
    query_timeout: answerMs + 500,
    keepAlive: true,
    types: parsers,
    // Its type says that nobody waits for it; the pool does, and gives the connection up where this rejects.
    onConnect: settle as (client: ClientBase) => void,
  });
  pool.on("error", onError);
  // A connection may be lost between two queries of a transaction; the next one finds out.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
};

export const openPostgres = (config: PostgresConfig): Kysely<Schema> => {
  const { onFailure = () => {} } = config;
  const pools = config.urls.map((url) => openPool(url, config));
  /** The pool that last gave a connection. */
  let current = 0;
  const connect = async (): Promise<PoolClient> => {
    let first: unknown;
    for (let i = 0; i < pools.length; i++) {
      const place = (current + i) % pools.length;
      try {
        const client = await pools[place]!.connect();
        current = place;
        return client;
      } catch (error) {
        first ??= error;
      }
    }
    throw first;
  };
  const guardedPool: PostgresPool = {
    connect: async () => {
      const client = await connect().catch((error) => {
        onFailure("connection");
        throw error;
      });
      return guarded(client);
    },
    end: async () => {
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
  const log = ({ level }: LogEvent) => {
    if (level === "error") onFailure("query");
  };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: guardedPool }), log });
};

/** Names and reasons are in any script: another encoding refuses some of them when it is too late. */
export const checkEncoding = async (db: Kysely<Schema>): Promise<void> => {
  const { rows } = await sql<{ encoding: string }>`select current_setting('server_encoding') as encoding`.execute(db);
  const encoding = rows[0]?.encoding;
  if (encoding !== "UTF8")
    throw new Error(
      `its encoding is ${encoding}, expected UTF8: make it with \`create database squall encoding 'UTF8' template template0\``,
    );
};

/** Who works through a whole database may pause between two questions. */
export const allowIdleInTransaction = async (tx: Db): Promise<void> => {
  await sql`select set_config('idle_in_transaction_session_timeout', '10min', true)`.execute(tx);
};

/** What is read through it stays as it is now: the first question is asked here. */
export const openRepeatableRead = async (db: Kysely<Schema>) => {
  const view = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  await allowIdleInTransaction(view);
  return { db: view, close: () => view.rollback().execute() };
};
