/**
 * CPU limits for tests (cgroups(7), v1 and v2): a process started under a limit gets the same share of a CPU as in a
 * container with `limits.cpu`. The kernel keeps a cgroup when the test process that made the cgroup is killed; the next
 * `openCpuLimit` removes such leftovers.
 */
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Quota period, the same as in Kubernetes and Docker. */
const PERIOD_US = 100_000;
const NAME = /^squall-test-(\d+)-/;

export interface CpuLimit {
  /** Command line that runs `command` under the limit, from the first instruction on. */
  within(command: readonly string[]): readonly [string, ...string[]];
  /** Counts so far: periods with a running process, periods at whose end a process had to wait, and the total wait. */
  stat(): { readonly periods: number; readonly throttled: number; readonly throttledMs: number };
  /** Removes the cgroup, once all processes in the cgroup have ended. */
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
/** Removes cgroups whose maker has ended, except cgroups that still hold a process. */
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
/** Opens a CPU limit. `milli`: thousandths of a CPU, as in Kubernetes. Throws where the machine allows no limits. */
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
/** Child cgroups can have a separate limit only where the parent hands the controller down. */
const enableCpu = (): void => writeFileSync(join(V2, "cgroup.subtree_control"), "+cpu");

/** Reason why this machine has no CPU limits; null: CPU limits work. */
export const lackOfCpuLimits = (): string | null => {
  try {
    openCpuLimit("trial", 1_000).remove();
    return null;
  } catch (error) {
    return `needs root and a cgroup controller "cpu" that it may write: ${(error as Error).message}`;
  }
};
