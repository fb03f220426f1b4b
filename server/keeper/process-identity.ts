/**
 * Which process a pid meant. Pids are used again, and mean other processes in a container, so none is signalled on its number
 * alone: pid, start time, boot, process namespace and the mark in its environment must all match (SAFETY.md 4).
 */
import { execFileSync } from "node:child_process";
import { bootId, environmentOf, hasProc, isOver, pidNamespace, statOf } from "./processes.ts";

/**
 * In the environment of every process of a mesh: whose it is. The run's name alone may be used twice on a machine, its
 * folder is not; and whoever finds its port taken can say where to look.
 */
export interface Mark {
  readonly run: string;
  /** Absolute. */
  readonly folder: string;
}
const RUN_VARIABLE = "SQUALL_RUN";
const FOLDER_VARIABLE = "SQUALL_FOLDER";

export const variablesOf = ({ run, folder }: Mark): Readonly<Record<string, string>> => ({
  [RUN_VARIABLE]: run,
  [FOLDER_VARIABLE]: folder,
});
/** Null: of no run. */
export const markOf = (pid: number): Mark | null => {
  const environment = environmentOf(pid);
  const run = environment?.get(RUN_VARIABLE);
  return run === undefined ? null : { run, folder: environment?.get(FOLDER_VARIABLE) ?? "" };
};
export const isMarked = (pid: number, mark: Mark): boolean => {
  const found = markOf(pid);
  return found !== null && found.run === mark.run && found.folder === mark.folder;
};

export interface ProcessIdentity {
  readonly name: string;
  readonly pid: number;
  /** Ticks since boot (`/proc`), or the wall-clock second that `ps` tells; "" when it was gone too soon to tell. */
  readonly start: string;
  readonly boot: string;
  /** The process table that the pid is of. */
  readonly namespace: string;
  readonly mark: Mark;
  /** The mark was seen in its environment when it was recorded. */
  readonly marked: boolean;
}

/** Where there is no /proc, `ps` tells the start to the second. */
const startByPs = (pid: number): string | null => {
  try {
    const text = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "latin1" }).trim();
    const [state, ...start] = text.split(/\s+/);
    return state === undefined || state.startsWith("Z") ? null : start.join(" ");
  } catch {
    return null;
  }
};

const startOf = (pid: number): string | null => {
  if (!hasProc) return startByPs(pid);
  const stat = statOf(pid);
  return stat === null || isOver(stat) ? null : stat.start;
};

const EXEC_MS = 20;
/** Between exec and the first instruction of the new program, for some microseconds, its environment reads as empty. */
const seesMark = (pid: number, mark: Mark): boolean => {
  const lastMs = performance.now() + EXEC_MS;
  for (;;) {
    const isEmpty = environmentOf(pid)?.size === 0;
    if (!isEmpty || performance.now() > lastMs) return isMarked(pid, mark);
  }
};

/** Taken by its parent right after the start, while the pid cannot yet mean another process. */
export const identify = (name: string, pid: number, mark: Mark): ProcessIdentity => ({
  name,
  pid,
  start: startOf(pid) ?? "",
  boot: bootId(),
  namespace: pidNamespace(),
  mark,
  marked: seesMark(pid, mark),
});

/**
 * Does this process carry the mark? Without /proc an environment cannot be read, and the other three must do. An
 * environment with nothing in it any more was overwritten by its owner (nginx, PostgreSQL write their title there); then
 * the mark counts as it was seen at the start, since start time and boot already prove that it is the same process.
 */
const carriesMark = ({ pid, mark, marked }: ProcessIdentity): boolean =>
  !hasProc || (environmentOf(pid)?.size === 0 ? marked : isMarked(pid, mark));

/** True only while the very process that was recorded is running (or stopped; not when it is a zombie). */
export const isSameProcess = (identity: ProcessIdentity): boolean =>
  identity.boot === bootId() &&
  identity.namespace === pidNamespace() &&
  identity.start !== "" &&
  identity.start === startOf(identity.pid) &&
  carriesMark(identity);
