/** Traces that clusters leave on the host: processes, mounts, links, control groups and folders. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { type Holder, holderOf, isAlive } from "../../scripts/cluster/state.ts";

const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
};
const linesOf = (command: string, ...argv: readonly string[]): readonly string[] =>
  spawnSync(command, argv, { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line !== "");

/** Names of links that a node makes. */
const LINKS = /^\d+: (node[01]|cni0)\b/;
const GROUP = /squall-cluster-(\d+)-(\d+)/;
/** Tells whether a path has a control group of a cluster other than of clusters that live under another holder. */
const isOurs = (text: string, own: Holder | null): boolean => {
  const [, pid, start = ""] = GROUP.exec(text) ?? [];
  if (pid === undefined) return false;
  const holder = { pid: Number(pid), start };
  return !isAlive(holder) || (holder.pid === own?.pid && start === own.start);
};
/**
 * Traces of the cluster with this folder, and of any cluster without a holder. The environment names the folder too, so
 * that a janitor is seen; processes of pods are seen by their control groups.
 */
export const tracesOf = (state: string): readonly string[] => {
  const own = holderOf(state);
  const processes = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const ours = processes.filter((pid) => {
    const places = ["cmdline", "environ"].map((file) => read(`/proc/${pid}/${file}`));
    return places.some((text) => text.includes(state)) || isOurs(read(`/proc/${pid}/cgroup`), own);
  });
  return [
    ...ours.map((pid) => `process ${pid}: ${read(`/proc/${pid}/cmdline`)}`).filter((line) => !line.endsWith(": ")),
    ...read("/proc/self/mountinfo")
      .split("\n")
      .filter((line) => line.includes(state) || isOurs(line, own))
      .map((line) => `mount ${line}`),
    ...linesOf("ip", "-oneline", "link")
      .filter((line) => LINKS.test(line))
      .map((line) => `link ${line}`),
    ...linesOf("find", "/sys/fs/cgroup", "-maxdepth", "6", "-name", "squall-cluster-*")
      .filter((path) => isOurs(path, own))
      .map((path) => `group ${path}`),
    ...(existsSync(state) ? [`folder ${state}`] : []),
  ];
};
