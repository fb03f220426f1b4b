/** One log file for each process of a mesh: both of its streams, in the order they were written. */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";

/** Of a service or the agent. */
export const logPath = (folder: string, name: string): string => join(folder, "logs", `${name}.log`);

/** Beside the folder of the services' logs, so that a service may be called `keeper`. */
export const keeperLogPath = (folder: string): string => join(folder, "keeper.log");

/** A fresh file: what an earlier process of that name wrote must not be read as this one's. Returns the descriptor. */
export const openLog = (path: string): number => {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  return openSync(path, "a");
};

const TAIL_BYTES = 64 * 1_024;
const TAIL_LINES = 20;

/** The last lines; "" when there are none. */
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

/** For the end of an error message: where the log is, and how it ends. */
export const quoteLog = (path: string): string => {
  const tail = tailOf(path);
  if (tail === "") return `It wrote nothing to ${path}.`;
  const lines = tail.split("\n").map((line) => `  | ${line}`);
  return [`The end of ${path}:`, ...lines].join("\n");
};
