/** Log files: a file for each process of a mesh, with both output streams in the order of writing. */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** Log path of a service or the agent. */
export const logPath = (folder: string, name: string): string => join(folder, "logs", `${name}.log`);

/** Path of the keeper's log, beside the folder of the services' logs, so that a service may be called `keeper`. */
export const keeperLogPath = (folder: string): string => join(folder, "keeper.log");

/**
 * Opens a fresh log file: the output of an earlier process of that name must not be read as this process's output.
 * Returns the descriptor.
 */
export const openLog = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  return openSync(path, "a");
};

/** Opens the log of a process that is started again: the output of the process before stays ahead. */
export const continueLog = (path: string): number => openSync(path, "a");

const TAIL_BYTES = 64 * 1_024;
const TAIL_LINES = 20;

/** Last lines of a log; "" for an empty log. */
export const tailOf = (path: string, lines = TAIL_LINES): string => {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return "";
  }
  try {
    const { size } = fstatSync(file);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } finally {
    closeSync(file);
  }
};

/** Quotes a log at the end of an error message: the path, and the last lines. */
export const quoteLog = (path: string): string => {
  const tail = tailOf(path);
  if (tail === "") return `It wrote nothing to ${path}.`;
  const lines = tail.split("\n").map((line) => `  | ${line}`);
  return [`The end of ${path}:`, ...lines].join("\n");
};
