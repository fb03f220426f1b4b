/** Whether a process of this machine still lives: a pid alone may have been given to another since. */
import { readFileSync } from "node:fs";

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};
/** Field 22 of /proc/<pid>/stat, counted after the command's closing parenthesis; null: no such process, or no /proc. */
export const startedOf = (pid: number): string | null => {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === null) return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // A zombie has given up its sockets and memory: what it did to traffic is over.
  return fields[0] === "Z" ? null : (fields[19] ?? null);
};
export const machineBoot = (): string | null => read("/proc/sys/kernel/random/boot_id")?.trim() ?? null;

export interface ProcessMark {
  readonly pid: number;
  /** null: it could not be read when the agent said hello, so nothing is known of it. */
  readonly started: string | null;
  readonly machineBoot: string | null;
}
export const markOf = (pid: number): ProcessMark => ({ pid, started: startedOf(pid), machineBoot: machineBoot() });

/** True only when it is certain: another machine boot, no such pid, or a pid that another process has since. */
export const isGone = (mark: ProcessMark): boolean => {
  if (mark.started === null || mark.machineBoot === null) return false;
  const boot = machineBoot();
  if (boot === null) return false;
  return boot !== mark.machineBoot || startedOf(mark.pid) !== mark.started;
};
