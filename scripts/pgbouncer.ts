/** Finds PgBouncer, for the tests that put a pooler between a server and the database. */
import { existsSync } from "node:fs";
import { findProgram, type Program, program } from "./programs.ts";

/** $SQUALL_PGBOUNCER, or the system's PgBouncer; null: neither is there. */
export const findPgbouncer = (): string | null => {
  const { SQUALL_PGBOUNCER: given = "" } = process.env;
  return given !== "" && existsSync(given) ? given : findProgram("pgbouncer");
};
export const PGBOUNCER: Program = { ...program("PgBouncer", "pgbouncer"), find: findPgbouncer };
