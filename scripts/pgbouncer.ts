/** Where PgBouncer is, for the tests that put it between a server and its database; and how to get it. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const PLACES = ["/usr/sbin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin"];

/** $SQUALL_PGBOUNCER, or the one of the system; null: there is none, and its tests are left out. */
export const findPgbouncer = (): string | null =>
  [process.env.SQUALL_PGBOUNCER ?? ""]
    .concat([...PLACES, ...(process.env.PATH ?? "").split(delimiter)].map((folder) => join(folder, "pgbouncer")))
    .find((path) => path !== "" && existsSync(path)) ?? null;

/** Finds PgBouncer or installs Debian's package as root. Answers where it is, or that its tests are left out. */
export const ensurePgbouncer = (): string => {
  if (findPgbouncer() === null && process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "pgbouncer"], { stdio: "inherit", env });
  }
  return findPgbouncer() ?? "none; its tests are left out (Debian and Ubuntu: `apt-get install pgbouncer`)";
};
