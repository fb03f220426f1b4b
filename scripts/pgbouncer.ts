/** PgBouncer for the tests that put a pooler between a server and its database: finds the program, or installs it. */
import { existsSync } from "node:fs";
import { findProgram, installPackages } from "./programs.ts";

/** $SQUALL_PGBOUNCER, or the system's PgBouncer; null: neither is there, and the tests are left out. */
export const findPgbouncer = (): string | null => {
  const { SQUALL_PGBOUNCER: given = "" } = process.env;
  return given !== "" && existsSync(given) ? given : findProgram("pgbouncer");
};

/** Finds PgBouncer or installs Debian's package as root. Answers where it is, or that its tests are left out. */
export const ensurePgbouncer = (): string => {
  if (findPgbouncer() === null) installPackages("pgbouncer");
  return findPgbouncer() ?? "none; its tests are left out (Debian and Ubuntu: `apt-get install pgbouncer`)";
};
