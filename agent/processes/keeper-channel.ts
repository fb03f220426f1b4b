/**
 * Channel between the agent of an embedded mesh and its keeper: orders leave by descriptor 3, reports come by stdin,
 * whose end is the keeper's end.
 */
import { readFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { parseLiveStat } from "../contract/process-mark.ts";
import type { FromKeeper, StruckProcess, ToKeeper } from "../contract/processes.ts";

const TO_KEEPER = 3;

/**
 * Writes an order at once, in the turn that decides: a pipe takes 64 KiB before it blocks, and an order is below 1 KiB.
 * A keeper that is gone is noticed by the end of stdin.
 */
export const sendToKeeper = (message: ToKeeper): void => {
  try {
    writeSync(TO_KEEPER, `${JSON.stringify(message)}\n`);
  } catch {
    // EPIPE: the keeper has ended, and its watchdog ends the services.
  }
};

/** Calls `hear` with each report. A torn last line is dropped. */
export const hearKeeper = (stdin: Readable, hear: (message: FromKeeper) => void): void => {
  createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY }).on("line", (line) => {
    const message = parse(line);
    if (message !== null) hear(message);
  });
};
const parse = (line: string): FromKeeper | null => {
  try {
    return JSON.parse(line) as FromKeeper;
  } catch {
    return null;
  }
};

/** True while the process is stopped (state `T`, proc_pid_stat(5)); false for an ended process or a reused pid. */
export const isStopped = ({ pid, start }: StruckProcess): boolean => {
  const stat = parseLiveStat(readStat(pid));
  return stat !== null && stat.start === start && stat.state === "T";
};
const readStat = (pid: number): string | null => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return null;
  }
};
