/** Where PostgreSQL's programs are, for the tests that need a real database; and how to get them. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Each holds one folder per version; Debian keeps `initdb` out of the PATH. */
const VERSIONED = ["/usr/lib/postgresql", "/usr/local/lib/postgresql"];
const SINGLE = ["/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql/bin", "/usr/local/opt/postgresql/bin"];

const versions = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .toSorted((a, b) => Number.parseFloat(b) - Number.parseFloat(a))
        .map((version) => join(folder, version, "bin"))
    : [];

/** The folder with `initdb` and `postgres`: $SQUALL_POSTGRES, the newest installed, or one in the PATH; null: none. */
export const findPostgres = (): string | null =>
  [process.env.SQUALL_POSTGRES ?? "", ...VERSIONED.flatMap(versions), ...SINGLE]
    .concat((process.env.PATH ?? "").split(delimiter))
    .find((folder) => folder !== "" && existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres"))) ??
  null;

/** Finds PostgreSQL or installs Debian's package as root. Throws with what to do. */
export const ensurePostgres = (): string => {
  const found = findPostgres();
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    // The package would start a cluster of its own, on the well-known port: the tests start theirs.
    const noCluster =
      'mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf';
    if (!existsSync("/etc/postgresql-common/createcluster.conf"))
      spawnSync("sh", ["-c", noCluster], { stdio: "inherit" });
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "postgresql"], { stdio: "inherit", env });
  }
  const installed = findPostgres();
  if (installed === null)
    throw new Error(
      "no PostgreSQL was found or could be installed; install its server (Debian and Ubuntu: `apt-get install postgresql`, " +
        "Fedora: `dnf install postgresql-server`, macOS: `brew install postgresql`), or name the folder of `initdb` in SQUALL_POSTGRES",
    );
  return installed;
};
