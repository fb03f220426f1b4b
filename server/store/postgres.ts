/**
 * Connections to PostgreSQL that never hang and never crash the process: every wait has an end, and a connection that
 * failed once, or answered too late, is thrown away instead of being given to the next query.
 */

import { Kysely, type LogEvent, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from "kysely";
import { type ClientBase, DatabaseError, Pool, type PoolClient, types } from "pg";
import type { DatabaseErrorKind } from "./database-failure.ts";
import type { Db, Schema } from "./schema.ts";

export interface PostgresConfig {
  /** URLs, a host each: the first host that takes writes is used, beginning with the host that last did. */
  readonly urls: readonly string[];
  /** Most connections at a time. */
  readonly most: number;
  /** Longest time for a connection, and for an answer, ms. */
  readonly connectMs: number;
  readonly answerMs: number;
  /** Called for an idle connection that was lost. */
  readonly onError: (error: Error) => void;
  /** Called for each failed connection or query. */
  readonly onFailure?: (kind: DatabaseErrorKind) => void;
}
/**
 * Longest idle time in a transaction. A process that is stopped in the middle of a transaction keeps the locks; the
 * database ends the transaction after this time, well before the row of a stopped leader expires.
 */
const IDLE_IN_TRANSACTION_MS = 2_000;
const INT8 = 20;
const NUMERIC = 1_700;

/**
 * Parsers of counts and times, which fit a double; by default pg returns text. Set for this pool only: other users of
 * pg may want text.
 */
const parsers = {
  getTypeParser: (oid: number, format?: "text" | "binary") =>
    oid === INT8 || oid === NUMERIC ? Number : types.getTypeParser(oid, format as "text"),
} as typeof types;

/** Value without NUL characters, which PostgreSQL's text does not allow, unlike SQLite's. */
const storable = (value: unknown): unknown =>
  typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;

/**
 * SQLSTATE of a read-only connection, which never becomes writable: the connection leads to a standby, or to a database
 * that was closed for writes.
 */
const READ_ONLY = "25006";
export class ReadOnlyDatabase extends Error {
  override readonly name = "ReadOnlyDatabase";
  readonly code = READ_ONLY;
}
/**
 * True if the database refused a query and still listens. After any other error (cut, ended, too late) the next answer
 * on the connection is undefined.
 */
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
  // The other form of `query` is for cursors, which are not used here.
  return { query: query as unknown as PostgresPoolClient["query"], release: () => client.release(broken ?? undefined) };
};

/**
 * Longest time of a statement, the same for every connection: a pooler in transaction mode passes a connection's
 * settings on to other clients. A caller with a shorter limit gives up by itself.
 */
const STATEMENT_MS = 5_000;
/** Settings made by a statement, not as parameters of the connection, because PgBouncer refuses unknown parameters. */
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
    // Timeout of the client, for the case that not even the refusal comes back: the network is cut, or the database is
    // stopped.
    query_timeout: answerMs + 500,
    keepAlive: true,
    types: parsers,
    // The declared type is synchronous, yet the pool awaits the result, and drops the connection if the result rejects.
    onConnect: settle as (client: ClientBase) => void,
  });
  pool.on("error", onError);
  // A connection may be lost between two queries of a transaction; the next query finds out.
  pool.on("connect", (client) => client.on("error", () => {}));
  return pool;
};

export const openPostgres = (config: PostgresConfig): Kysely<Schema> => {
  const { onFailure = () => {} } = config;
  const pools = config.urls.map((url) => openPool(url, config));
  /** Index of the pool that last gave a connection. */
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

/**
 * Checks for UTF-8. Names and reasons are in any script: another encoding refuses some of these texts when it is too
 * late.
 */
export const checkEncoding = async (db: Kysely<Schema>): Promise<void> => {
  const { rows } = await sql<{ encoding: string }>`select current_setting('server_encoding') as encoding`.execute(db);
  const encoding = rows[0]?.encoding;
  if (encoding !== "UTF8")
    throw new Error(
      `its encoding is ${encoding}, expected UTF8: make it with \`create database squall encoding 'UTF8' template template0\``,
    );
};

/** Allows long pauses in a transaction: a reader of a whole database may pause between two queries. */
export const allowIdleInTransaction = async (tx: Db): Promise<void> => {
  await sql`select set_config('idle_in_transaction_session_timeout', '10min', true)`.execute(tx);
};

/** Opens a transaction that reads the database as of now: the first query is sent here. */
export const openRepeatableRead = async (db: Kysely<Schema>) => {
  const view = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  await allowIdleInTransaction(view);
  return { db: view, close: () => view.rollback().execute() };
};
