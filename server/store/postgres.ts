/**
 * Connections to PostgreSQL that never hang and never crash the process: every wait has an end, and a connection that
 * failed once, or answered too late, is thrown away instead of being given to the next query.
 */
import { Kysely, type LogEvent, PostgresDialect, type PostgresPool, type PostgresPoolClient, sql } from "kysely";
import { DatabaseError, Pool, type PoolClient, types } from "pg";
import type { Db, Schema } from "./schema.ts";

export interface PostgresConfig {
  readonly url: string;
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

/** The database said no, and goes on listening. All else (cut, ended, too late): nobody knows what comes back next. */
const isAnswer = (error: unknown): boolean => error instanceof DatabaseError && error.severity === "ERROR";

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

export const openPostgres = ({
  url,
  most,
  connectMs,
  answerMs,
  onError,
  onFailure = () => {},
}: PostgresConfig): Kysely<Schema> => {
  const pool = new Pool({
    connectionString: url,
    max: most,
    application_name: "squall",
    connectionTimeoutMillis: connectMs,
    statement_timeout: answerMs,
    // Where not even the refusal comes back: the network is cut, or the database is stopped.
    query_timeout: answerMs + 500,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    types: parsers,
  });
  pool.on("error", onError);
  // A connection may be lost between two queries of a transaction; the next one finds out.
  pool.on("connect", (client) => client.on("error", () => {}));
  const guardedPool: PostgresPool = {
    connect: async () => {
      const client = await pool.connect().catch((error) => {
        onFailure("connection");
        throw error;
      });
      return guarded(client);
    },
    end: () => pool.end(),
  };
  const log = ({ level }: LogEvent) => {
    if (level === "error") onFailure("query");
  };
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool: guardedPool }), log });
};

/** Who works through a whole database may pause between two questions. */
export const allowPauses = async (tx: Db): Promise<void> => {
  await sql`select set_config('idle_in_transaction_session_timeout', '10min', true)`.execute(tx);
};

/** What is read through it stays as it is now: the first question is asked here. */
export const stillView = async (db: Kysely<Schema>) => {
  const view = await db.startTransaction().setIsolationLevel("repeatable read").setAccessMode("read only").execute();
  await allowPauses(view);
  return { db: view, close: () => view.rollback().execute() };
};
