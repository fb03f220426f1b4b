/** Entry into the namespaces of a cluster's node (nsenter(1)). */
import { readdirSync, readFileSync } from "node:fs";
import { fileOf } from "./layout.ts";

const parentOf = (pid: string): string | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? null;
  } catch {
    return null;
  }
};
/** Process 1 of the node, by the host's number: the only child of unshare(1), whose number `enter.sh` wrote. */
const processOne = (state: string): string => {
  const parent = readFileSync(fileOf({ state }, "unshare"), "utf8").trim();
  const child = readdirSync("/proc").find((name) => /^\d+$/.test(name) && parentOf(name) === parent);
  if (child === undefined)
    throw new Error("the cluster has no node to enter: it is down, or was started with --api-only");
  return child;
};
/** Command line that runs a command in the node's namespaces, but in the caller's control groups. */
export const enterCommand = (state: string, command: readonly string[]): readonly [string, ...string[]] => [
  "nsenter",
  ...[`--target=${processOne(state)}`, "--mount", "--net", "--pid", "--uts", "--ipc", "--", ...command],
];
