/**
 * Process marks: tell if a process of this machine is still alive. A pid alone may since have been given to another
 * process.
 */
import { readFileSync, readlinkSync } from "node:fs";

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};
/** Field 22 of /proc/<pid>/stat, counted after the command's closing parenthesis; null: no such process, or no /proc. */
export const startTimeOf = (pid: number): string | null => {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie process has given up all sockets and memory: the effects on traffic are over.
  return fields[0] === "Z" ? null : (fields[19] ?? null);
};
/**
 * Boot id of the machine and pid namespace: on another machine, or in another container, the same pid is another
 * process.
 */
export const machineBoot = (): string | null => {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
};

export interface ProcessMark {
  readonly pid: number;
  /** null: unreadable when the agent said hello, so the start time is unknown. */
  readonly started: string | null;
  readonly machineBoot: string | null;
}
/**
 * Mark of the process that an agent claims to be, if that process runs here: the same pid on another machine, or in
 * another namespace, is another process, and the end of that process would be no proof. `said`: the process data as the
 * agent read it.
 */
export const processMarkOf = (pid: number, said: { readonly started: string; readonly machineBoot: string } | null) => {
  const mark: ProcessMark = { pid, started: startTimeOf(pid), machineBoot: machineBoot() };
  const isHere = said !== null && said.machineBoot === mark.machineBoot && said.started === mark.started;
  return isHere ? mark : { pid, started: null, machineBoot: null };
};

/**
 * True only when the end is certain: the process ran here, and the pid is absent, or now belongs to another process.
 */
export const hasEnded = (mark: ProcessMark): boolean => {
  if (mark.started === null || mark.machineBoot === null) return false;
  return mark.machineBoot === machineBoot() && startTimeOf(mark.pid) !== mark.started;
};
