/** Whether a process of this machine still lives: a pid alone may have been given to another since. */
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
  // A zombie has given up its sockets and memory: what it did to traffic is over.
  return fields[0] === "Z" ? null : (fields[19] ?? null);
};
/** One start of one machine, and the pid namespace: elsewhere, or in another container, the same pid is another process. */
export const machineBoot = (): string | null => {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
};

export interface ProcessMark {
  readonly pid: number;
  /** null: it could not be read when the agent said hello, so nothing is known of it. */
  readonly started: string | null;
  readonly machineBoot: string | null;
}
/**
 * The process that an agent says it is, if it runs here: the same pid on another machine, or in another namespace, is
 * somebody else's, and that one's end would prove nothing. `said`: what the agent read of itself.
 */
export const processMarkOf = (pid: number, said: { readonly started: string; readonly machineBoot: string } | null) => {
  const mark: ProcessMark = { pid, started: startTimeOf(pid), machineBoot: machineBoot() };
  const isHere = said !== null && said.machineBoot === mark.machineBoot && said.started === mark.started;
  return isHere ? mark : { pid, started: null, machineBoot: null };
};

/** True only when it is certain: it ran here, and there is no such pid, or another process has it since. */
export const hasEnded = (mark: ProcessMark): boolean => {
  if (mark.started === null || mark.machineBoot === null) return false;
  return mark.machineBoot === machineBoot() && startTimeOf(mark.pid) !== mark.started;
};
