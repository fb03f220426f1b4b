/**
 * Process identity: verifies that a pid still means the recorded process. Pids are reused, and mean other processes in
 * a container, so no process is signalled by number alone: pid, start time, boot, process namespace and the mark in the
 * environment must all match (SAFETY.md 4).
 */
import { execFileSync } from "node:child_process";
import { bootId, environmentOf, hasProc, pidNamespace, statOf } from "./processes.ts";

/**
 * Mark in the environment of every process of a mesh: names the owning run. The run's name alone may occur twice on a
 * machine, the folder does not; and a user whose port is taken learns where to look.
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
/** null: a process of no run. */
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
  /**
   * Ticks since boot (`/proc`), or the wall-clock second from `ps`; "" when the process was gone before the start could
   * be read.
   */
  readonly start: string;
  readonly boot: string;
  /** Process table to which the pid belongs. */
  readonly namespace: string;
  readonly mark: Mark;
  /** The mark was seen in the process's environment at the recording. */
  readonly marked: boolean;
}

/** Start time by `ps`, to the second, for systems without /proc. */
const startByPs = (pid: number): string | null => {
  try {
    const text = execFileSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "latin1" }).trim();
    const [state, ...start] = text.split(/\s+/);
    return state === undefined || state.startsWith("Z") ? null : start.join(" ");
  } catch {
    return null;
  }
};

const startOf = (pid: number): string | null => (hasProc ? (statOf(pid)?.start ?? null) : startByPs(pid));

const EXEC_MS = 20;
/**
 * Retries for 20 ms: between exec and the first instruction of the new program, for some microseconds, the environment
 * reads as empty.
 */
const seesMark = (pid: number, mark: Mark): boolean => {
  const lastMs = performance.now() + EXEC_MS;
  for (;;) {
    const isEmpty = environmentOf(pid)?.size === 0;
    if (!isEmpty || performance.now() > lastMs) return isMarked(pid, mark);
  }
};

/** Identity of a child, taken by the parent right after the start, while the pid cannot yet mean another process. */
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
 * True if the process carries the mark. Without /proc an environment cannot be read, and the other three criteria must
 * do. An empty environment was overwritten by the process (nginx, PostgreSQL write a title there); then the mark counts
 * as seen at the start, since start time and boot already prove that the process is the same.
 */
const carriesMark = ({ pid, mark, marked }: ProcessIdentity): boolean =>
  !hasProc || (environmentOf(pid)?.size === 0 ? marked : isMarked(pid, mark));

/** True only while the recorded process is running or stopped; false for a zombie. */
export const isSameProcess = (identity: ProcessIdentity): boolean =>
  identity.boot === bootId() &&
  identity.namespace === pidNamespace() &&
  identity.start !== "" &&
  identity.start === startOf(identity.pid) &&
  carriesMark(identity);

/** Signals the group that the recorded process leads; false where that process is gone, or its pid is another's. */
export const signalGroup = (identity: ProcessIdentity, name: NodeJS.Signals): boolean => {
  if (!isSameProcess(identity)) return false;
  try {
    process.kill(-identity.pid, name);
    return true;
  } catch {
    // The group has ended since the check.
    return false;
  }
};
