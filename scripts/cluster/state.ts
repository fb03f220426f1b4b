/** Folders of clusters: one for each, below a folder of the user; gone when the cluster is. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statOf } from "../../server/keeper/processes.ts";

export const clustersFolder = (): string => join(tmpdir(), `squall-clusters-${process.getuid?.() ?? 0}`);
export const stateOf = (name: string): string => join(clustersFolder(), name);

/** A process, told from a later one of the same number by the start time (proc(5), field 22). */
export interface Holder {
  readonly pid: number;
  readonly start: string;
}
export const isAlive = ({ pid, start }: Holder): boolean => statOf(pid)?.start === start;
/** Holder of a cluster that lives; null: no cluster, or one whose holder is gone. */
export const holderOf = (state: string): Holder | null => {
  try {
    const [pid, start] = readFileSync(join(state, "holder"), "utf8").trim().split(" ");
    const holder = { pid: Number(pid), start: start ?? "" };
    return isAlive(holder) ? holder : null;
  } catch {
    return null;
  }
};
/** Makes the folder of a cluster, held by this process for now. Throws EEXIST: there is a cluster of this name. */
export const makeState = (name: string): string => {
  mkdirSync(clustersFolder(), { recursive: true, mode: 0o700 });
  const state = stateOf(name);
  mkdirSync(state, { mode: 0o700 });
  writeFileSync(join(state, "holder"), `${process.pid} ${statOf(process.pid)?.start}\n`);
  return state;
};

const CONTROL_GROUPS = "/sys/fs/cgroup";
const GROUP = /^squall-cluster-(\d+)-(\d+)$/;
/** Names of the control groups that clusters have here, in any hierarchy. */
const groupNames = (): ReadonlySet<string> => {
  const { stdout } = spawnSync("find", [CONTROL_GROUPS, "-maxdepth", "5", "-name", "squall-cluster-*", "-prune"], {
    encoding: "utf8",
  });
  return new Set((stdout ?? "").split("\n").map((path) => path.slice(path.lastIndexOf("/") + 1)));
};
/** A folder this young may not have a holder yet. */
const YOUNG_MS = 10_000;
const isOld = (state: string): boolean => Date.now() - statSync(state).mtimeMs > YOUNG_MS;

/** Names of the clusters that live. */
export const liveClusters = (): readonly string[] => {
  try {
    return readdirSync(clustersFolder()).filter((name) => holderOf(stateOf(name)) !== null);
  } catch {
    return [];
  }
};
/**
 * Removes the folders and control groups of clusters of which every process was killed at the same moment, the janitor
 * too. Their other traces ended with the processes.
 */
export const sweep = (): void => {
  let names: readonly string[] = [];
  try {
    names = readdirSync(clustersFolder());
  } catch {}
  for (const name of names)
    if (holderOf(stateOf(name)) === null && isOld(stateOf(name)))
      rmSync(stateOf(name), { recursive: true, force: true });
  for (const group of groupNames()) {
    const [, pid, start] = GROUP.exec(group) ?? [];
    if (pid === undefined || start === undefined || isAlive({ pid: Number(pid), start })) continue;
    spawnSync("sh", [join(import.meta.dirname, "cgroups.sh"), "remove", group], { stdio: "ignore" });
  }
};
