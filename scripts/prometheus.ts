/** Prometheus and `promtool` for the tests of metrics and alerts. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Program, pathFolders, program } from "./programs.ts";

/** Returns the folder with both programs: $SQUALL_PROMETHEUS, or a folder in the PATH; null: none. */
export const findPrometheus = (): string | null =>
  [process.env.SQUALL_PROMETHEUS ?? "", ...pathFolders()].find(
    (folder) => folder !== "" && existsSync(join(folder, "promtool")) && existsSync(join(folder, "prometheus")),
  ) ?? null;
export const PROMETHEUS: Program = { ...program("Prometheus", "prometheus"), find: findPrometheus };
