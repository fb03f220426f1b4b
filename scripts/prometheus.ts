/** Where Prometheus and its `promtool` are, for the tests that need the real ones; and how to get them. */
import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The folder with both: $SQUALL_PROMETHEUS, or one in the PATH; null: none. */
export const findPrometheus = (): string | null =>
  [process.env.SQUALL_PROMETHEUS ?? "", ...(process.env.PATH ?? "").split(delimiter)].find(
    (folder) => folder !== "" && existsSync(join(folder, "promtool")) && existsSync(join(folder, "prometheus")),
  ) ?? null;

/**
 * Finds Prometheus or installs Debian's package as root; null where neither can be done: its tests are left out. The
 * package's own service is not started (RUNLEVEL, policy-rc.d(8)): the tests start theirs.
 */
export const ensurePrometheus = (): string | null => {
  const found = findPrometheus();
  if (found !== null) return found;
  if (process.getuid?.() !== 0 || !existsSync("/etc/debian_version")) return null;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const options: SpawnSyncOptions = { stdio: ["ignore", "ignore", "inherit"], env };
  spawnSync("apt-get", ["update", "-qq"], options);
  spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "prometheus"], options);
  return findPrometheus();
};
