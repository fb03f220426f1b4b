/**
 * Process mark: tells a process from a later process with the same pid, and shows that the agent before this one has
 * ended.
 */
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import type { AgentBoot } from "../../experiments/model/names.ts";

export interface ProcessMark {
  /** Start time of the process, in clock ticks since the machine started. */
  readonly started: string;
  /** Boot of the machine and pid namespace: elsewhere, or in another container, the same pid is another process. */
  readonly machineBoot: string;
}
const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};
const machineBoot = (): string | null => {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return null;
  }
};
/** Returns null for no such process, for a zombie, which only waits for the parent, and on a system without /proc. */
export const readProcessMark = (pid: number): ProcessMark | null => {
  const stat = read(`/proc/${pid}/stat`);
  const here = machineBoot();
  if (stat === null || here === null) return null;
  // Fields from the third on: the second field, the command, may hold any characters, closing parentheses too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const started = fields[19];
  return fields[0] === "Z" || started === undefined ? null : { started, machineBoot: here };
};

/**
 * Records this process's boot in the file where the instance's previous process left a record. Returns the previous
 * boot if that process has surely ended, else null.
 */
export const recordBoot = (file: string, boot: AgentBoot): { readonly boot: AgentBoot } | null => {
  const before = recordIn(read(file));
  const mark = readProcessMark(process.pid);
  if (mark !== null) {
    try {
      writeFileSync(file, JSON.stringify({ boot, pid: process.pid, ...mark }), { mode: 0o600 });
    } catch {
      // Without the file, the next process merely cannot prove this process's end.
    }
  }
  if (before === null || mark === null) return null;
  // A process of another machine, or of another container that may still run, cannot be seen from here.
  if (mark.machineBoot !== before.machineBoot || readProcessMark(before.pid)?.started === before.started) return null;
  return { boot: before.boot };
};

interface BootRecord {
  readonly boot: AgentBoot;
  readonly pid: number;
  readonly started: string;
  readonly machineBoot: string;
}
const recordIn = (text: string | null): BootRecord | null => {
  try {
    const { boot, pid, started, machineBoot } = Object(JSON.parse(text ?? "null")) as Partial<BootRecord>;
    const isWhole = typeof boot === "string" && Number.isInteger(pid) && typeof started === "string";
    return isWhole && typeof machineBoot === "string" ? { boot, pid: pid!, started, machineBoot } : null;
  } catch {
    return null;
  }
};
