/** Classifies failures of a database by the driver's code: the disk is full, or the next try may succeed. */

/** Failure of a database. `unavailable`: away, locked, overrun or read-only at the moment. */
export type DatabaseFailure = "full" | "unavailable";

/** `connection`: no connection could be had, or a connection was lost; `query`: a query was refused or not answered. */
export const DATABASE_ERRORS = ["connection", "query"] as const;
export type DatabaseErrorKind = (typeof DATABASE_ERRORS)[number];

const FULL = /^(SQLITE_FULL|ENOSPC|53100)$/;
const SQLITE_AWAY = /^SQLITE_(BUSY|IOERR|CANTOPEN|READONLY)/;
/** libuv codes: connection refused, reset, cut, or no host reached. */
const NETWORK = /^(ECONN(REFUSED|RESET|ABORTED)|EPIPE|ETIMEDOUT|E(HOST|NET)UNREACH|ENOTFOUND|EAI_AGAIN)$/;
/**
 * PostgreSQL, appendix A: connection exceptions, operator intervention (including a statement's timeout), insufficient
 * resources (too many connections), unavailable locks, deadlocks, a read-only transaction, and a transaction that was
 * ended because it idled.
 */
const POSTGRES = /^(08...|57...|53...|55P03|40001|40P01|25006|25P03)$/;
/** Messages of `pg` for errors that `pg` itself detects, which have no code. */
const UNCODED = new RegExp(
  `^(${[
    "Connection terminated",
    "Query read timeout",
    "timeout exceeded when trying to connect",
    "timeout expired",
    "Client has encountered a connection error",
    "Client was closed and is not queryable",
    "Received unexpected \\w+ message from backend",
    "There was an error establishing an SSL connection",
  ].join("|")})`,
);

/** Failure class of an error; null: no failure of a database. */
export const classifyFailure = (error: unknown): DatabaseFailure | null => {
  const { code, message = "" } = error as { readonly code?: unknown; readonly message?: string };
  if (typeof code !== "string") return UNCODED.test(message) ? "unavailable" : null;
  if (FULL.test(code)) return "full";
  return [SQLITE_AWAY, NETWORK, POSTGRES].some((pattern) => pattern.test(code)) ? "unavailable" : null;
};

/** True if the same write may succeed a moment later. A file of this machine does not come back by itself. */
export const isTransient = (error: unknown): boolean =>
  classifyFailure(error) === "unavailable" && !SQLITE_AWAY.test(String((error as { readonly code?: unknown }).code));
