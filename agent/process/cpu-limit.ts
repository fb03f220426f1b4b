/** The CPU limit of this process, read from the cgroup files (`cgroup.ts`). */
import { readFileSync } from "node:fs";
import { type CpuFolder, cpuFolders, LIMIT_FILES, limitIn, throttledMsIn } from "./cgroup.ts";

export interface CpuLimit {
  /** CPUs that the process may use, such as 0.05; null: no limit. */
  readonly cpus: number | null;
  /** Time for which the limit has kept the process from running so far, ms; null: not counted. */
  throttledMs(): number | null;
}

/** Text of a file; null: unreadable. */
export type ReadText = (file: string) => string | null;
const textIn: ReadText = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
};

/** Returns the lowest of the limits that stand above each other; without a limit, the own cgroup's counts are read. */
export const readCpuLimit = (read: ReadText = textIn): CpuLimit => {
  const folders = cpuFolders(read("/proc/self/cgroup") ?? "", read("/proc/self/mountinfo") ?? "");
  const throttledIn = ({ path }: CpuFolder): number | null => {
    const stat = read(`${path}/cpu.stat`);
    return stat === null ? null : throttledMsIn(stat);
  };
  const limits = folders
    .map((folder) => ({
      folder,
      cpus: limitIn(LIMIT_FILES[folder.version].map((file) => read(`${folder.path}/${file}`))),
    }))
    .flatMap(({ folder, cpus }) => (cpus === null ? [] : [{ folder, cpus }]))
    .sort((a, b) => a.cpus - b.cpus);
  const [lowest] = limits;
  const counting = lowest?.folder ?? folders.find((folder) => throttledIn(folder) !== null);
  return { cpus: lowest?.cpus ?? null, throttledMs: () => (counting === undefined ? null : throttledIn(counting)) };
};
