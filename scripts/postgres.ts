/** Finds or installs PostgreSQL's programs, for the tests that need a real database. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages, mayInstall, type Program, pathFolders } from "./programs.ts";

/** Folders with a subfolder per version; Debian keeps `initdb` out of the PATH. */
const VERSIONED = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];
const SINGLE = ["/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql/bin", "/usr/local/opt/postgresql/bin"];

const versions = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
        .map((version) => join(folder, version, "bin"))
    : [];

/**
 * Returns the folder with `initdb` and `postgres`: $SQUALL_POSTGRES, the newest installed version, or a folder in the
 * PATH; null: none.
 */
export const findPostgres = (): string | null =>
  [process.env.SQUALL_POSTGRES ?? "", ...VERSIONED.flatMap(versions), ...SINGLE]
    .concat(pathFolders())
    .find((folder) => folder !== "" && existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ??
  null;

export const POSTGRES: Program = {
  name: "PostgreSQL",
  packages: ["postgresql"],
  find: findPostgres,
  install() {
    // The package would create and start a cluster on the well-known port: the tests start their own.
    if (mayInstall() && !existsSync("/etc/postgresql-common/createcluster.conf")) {
      mkdirSync("/etc/postgresql-common", { recursive: true });
      writeFileSync("/etc/postgresql-common/createcluster.conf", "create_main_cluster = false\n");
    }
    installPackages("postgresql");
  },
  advice:
    "install its server (Debian and Ubuntu: `apt-get install postgresql`, Fedora: `dnf install postgresql-server`, " +
    "macOS: `brew install postgresql`), or name the folder of `initdb` in SQUALL_POSTGRES",
};
