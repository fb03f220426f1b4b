/** Prometheus and `promtool` for the tests of metrics and alerts: finds the programs, or installs them. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { installPackages, pathFolders } from "./programs.ts";

/** The folder with both: $SQUALL_PROMETHEUS, or one in the PATH; null: none. */
export const findPrometheus = (): string | null =>
  [process.env.SQUALL_PROMETHEUS ?? "", ...pathFolders()].find(
    (folder) => folder !== "" && existsSync(join(folder, "promtool")) && existsSync(join(folder, "prometheus")),
  ) ?? null;

/** Finds Prometheus or installs Debian's package as root; null where neither can be done: its tests are left out. */
export const ensurePrometheus = (): string | null => {
  if (findPrometheus() === null) installPackages("prometheus");
  return findPrometheus();
};
