/**
 * Cell: a separate process table (pid_namespaces(7)), as in a container. `halt --all` halts every process that it can
 * see, and must not see the other tests of this machine.
 */
import { spawn, spawnSync } from "node:child_process";
import { until } from "../waiting.ts";
import { childOf } from "./launch.ts";

const MAKE = ["--pid", "--fork", "--mount-proc", "--kill-child"];
export const canHaveCells = spawnSync("unshare", [...MAKE, "true"], { stdio: "ignore" }).status === 0;

/** Suffix of the title of a test that needs a cell. */
export const LEFT_OUT = canHaveCells ? "" : " (left out: needs root, to make a process table of its own)";

export interface Cell {
  /** Command line that runs `argv` in this cell, in a folder. */
  within(argv: readonly string[], folder: string): readonly string[];
  /** Ends the cell with every process in the cell. */
  close(): void;
}
export const openCell = async (): Promise<Cell> => {
  // Process 1 must reap orphaned processes: bash does, sleep alone does not.
  const holder = spawn("unshare", [...MAKE, "bash", "-c", "while :; do sleep 1000; done"], { stdio: "ignore" });
  await until("the cell is there", () => holder.pid !== undefined && childOf(holder.pid) !== null);
  const first = String(childOf(holder.pid!));
  return {
    // nsenter --mount changes the working directory to the root, so `env -C` returns to the folder.
    within: (argv, folder) => ["nsenter", "--target", first, "--pid", "--mount", "--", "env", "-C", folder, ...argv],
    close: () => void holder.kill("SIGKILL"),
  };
};
