/** Mark of the agent's own process, left in a file, and the proof that the agent before this one has ended. */
import { readFileSync, readlinkSync, writeFileSync } from "node:fs";
import type { AgentBoot } from "../../experiments/model/names.ts";
import { type MachineClock, machineClockOf } from "../contract/machine-clock.ts";
import { machineBootOf, type ProcessMark, parseLiveStat } from "../contract/process-mark.ts";

const read = (path: string): string | null => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
};
const namespace = (kind: "pid" | "time"): string => {
  try {
    return readlinkSync(`/proc/self/ns/${kind}`);
  } catch {
    return "";
  }
};
const bootId = (): string => read("/proc/sys/kernel/random/boot_id") ?? "";
/** Returns null for no such process, for a zombie, which only waits for the parent, and on a system without /proc. */
export const readProcessMark = (pid: number): ProcessMark | null => {
  const started = parseLiveStat(read(`/proc/${pid}/stat`))?.start;
  const machineBoot = machineBootOf(bootId(), namespace("pid"));
  return started === undefined || machineBoot === null ? null : { started, machineBoot };
};

/** Place of this process's clock on the clock of the machine; null: on a system without /proc or time namespaces. */
export const readMachineClock = (zeroMs: number): MachineClock | null =>
  machineClockOf(bootId(), namespace("time"), zeroMs);

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

interface BootRecord extends ProcessMark {
  readonly boot: AgentBoot;
  readonly pid: number;
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
