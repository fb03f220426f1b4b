/** Process mark: tells one process from another that gets its pid later, and whether the agent before this one has ended. */
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import type { Boot } from "../../experiments/model/names.ts";

export interface ProcessMark {
  /** Clock ticks since the machine started. */
  readonly started: string;
  /** One start of one machine, and the pid namespace: elsewhere, or in another container, the same pid is another process. */
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
/** null: no such process, one that is dead and only waits for its parent, or a system without /proc. */
export const readProcessMark = (pid: number): ProcessMark | null => {
  const stat = read(`/proc/${pid}/stat`);
  const here = machineBoot();
  if (stat === null || here === null) return null;
  // Fields from the third on: the second, the command, may hold anything, closing parentheses too.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const started = fields[19];
  return fields[0] === "Z" || started === undefined ? null : { started, machineBoot: here };
};

/** Its own boot, in the file where the process of this instance before it left its own. Answers that one, if it has surely ended. */
export const recordBoot = (file: string, boot: Boot): { readonly boot: Boot } | null => {
  const before = recordIn(read(file));
  const mark = readProcessMark(process.pid);
  if (mark !== null) {
    try {
      writeFileSync(file, JSON.stringify({ boot, pid: process.pid, ...mark }), { mode: 0o600 });
    } catch {
      // Then the next one only cannot witness this one's end.
    }
  }
  if (before === null || mark === null) return null;
  // Of another machine, or another container that may still run, nothing can be seen from here.
  if (mark.machineBoot !== before.machineBoot || readProcessMark(before.pid)?.started === before.started) return null;
  return { boot: before.boot };
};

interface BootRecord {
  readonly boot: Boot;
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
