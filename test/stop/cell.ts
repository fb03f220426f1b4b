/**
 * A process table of one's own (pid_namespaces(7)), as in a container: `halt --all` halts everything that it can see, and
 * must see nothing of what else this machine tests.
 */
import { spawn, spawnSync } from "node:child_process";
import { until } from "../waiting.ts";
import { childOf } from "./launch.ts";

const MAKE = ["--pid", "--fork", "--mount-proc", "--kill-child"];
export const canHaveCells = spawnSync("unshare", [...MAKE, "true"], { stdio: "ignore" }).status === 0;

/** Behind the title of what needs a cell. */
export const LEFT_OUT = canHaveCells ? "" : " (left out: needs root, to make a process table of its own)";

export interface Cell {
  /** The command as it runs in this cell, in a folder. */
  within(argv: readonly string[], folder: string): readonly string[];
  /** With everything in it. */
  close(): void;
}
export const openCell = async (): Promise<Cell> => {
  // Process 1 waits for what its children leave behind: bash does, sleep alone does not.
  const holder = spawn("unshare", [...MAKE, "bash", "-c", "while :; do sleep 1000; done"], { stdio: "ignore" });
  await until("the cell is there", () => holder.pid !== undefined && childOf(holder.pid) !== null);
  const first = String(childOf(holder.pid!));
  return {
    // Going to another's view of the files leads to the root.
    within: (argv, folder) => ["nsenter", "--target", first, "--pid", "--mount", "--", "env", "-C", folder, ...argv],
    close: () => void holder.kill("SIGKILL"),
  };
};
