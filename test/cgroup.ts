/**
 * CPU limits of one's own (cgroups(7), v1 and v2): a process started in one is kept to its share of a CPU as a container
 * with `limits.cpu` is. The kernel keeps a cgroup when its maker is killed; whoever opens the next ones removes such.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Kubernetes and Docker set the same one. */
const PERIOD_US = 100_000;
const NAME = /^squall-test-(\d+)-/;

export interface CpuLimit {
  /** The command as it runs under the limit, from its first instruction on. */
  within(command: readonly string[]): readonly [string, ...string[]];
  /** So far: periods in which something ran, those at whose end it had to wait, and for how long. */
  stat(): { readonly periods: number; readonly throttled: number; readonly throttledMs: number };
  /** Once its processes have ended. */
  remove(): void;
}

const V2 = "/sys/fs/cgroup";
const V1 = "/sys/fs/cgroup/cpu";
const isV2 = (): boolean => {
  try {
    return readFileSync(join(V2, "cgroup.controllers"), "utf8").split(/\s+/).includes("cpu");
  } catch {
    return false;
  }
};
const base = isV2() ? V2 : V1;
const files =
  base === V2
    ? (quotaUs: number) => [["cpu.max", `${quotaUs} ${PERIOD_US}`]] as const
    : (quotaUs: number) =>
        [
          ["cpu.cfs_period_us", `${PERIOD_US}`],
          ["cpu.cfs_quota_us", `${quotaUs}`],
        ] as const;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};
/** Cgroups whose maker has ended. Those that still hold a process are left to it. */
const sweep = (): void => {
  for (const name of readdirSync(base)) {
    const maker = NAME.exec(name)?.[1];
    if (maker === undefined || isAlive(Number(maker))) continue;
    try {
      rmdirSync(join(base, name));
    } catch {}
  }
};

let opened = 0;
/** `milli`: thousandths of a CPU, as Kubernetes counts them. Throws where this machine gives none. */
export const openCpuLimit = (name: string, milli: number): CpuLimit => {
  sweep();
  const folder = join(base, `squall-test-${process.pid}-${++opened}-${name}`);
  mkdirSync(folder);
  try {
    if (base === V2) enableCpu();
    for (const [file, text] of files((milli * PERIOD_US) / 1_000)) writeFileSync(join(folder, file), text);
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  const entrance = join(folder, "cgroup.procs");
  const countIn = (text: string, key: string) => Number(new RegExp(`^${key} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  return {
    within: (command) => ["sh", "-c", 'echo $$ > "$0" && exec "$@"', entrance, ...command],
    stat() {
      const text = readFileSync(join(folder, "cpu.stat"), "utf8");
      const throttledMs = countIn(text, "throttled_usec") / 1_000 + countIn(text, "throttled_time") / 1_000_000;
      return { periods: countIn(text, "nr_periods"), throttled: countIn(text, "nr_throttled"), throttledMs };
    },
    remove: () => rmdirSync(folder),
  };
};
/** Children have a limit of their own only where their parent hands the controller down. */
const enableCpu = (): void => writeFileSync(join(V2, "cgroup.subtree_control"), "+cpu");

/** Why there are none on this machine; null: there are. */
export const lackOfCpuLimits = (): string | null => {
  try {
    openCpuLimit("trial", 1_000).remove();
    return null;
  } catch (error) {
    return `needs root and a cgroup controller "cpu" that it may write: ${(error as Error).message}`;
  }
};
