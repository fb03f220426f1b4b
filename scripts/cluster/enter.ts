/** Entry into the namespaces of a cluster's node (nsenter(1)). */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { statOf } from "../../server/keeper/processes.ts";
import { fileOf } from "./layout.ts";

/** Process 1 of the node, by the host's number: the only child of unshare(1), whose number `enter.sh` wrote. */
const processOne = (state: string): string => {
  const file = fileOf({ state }, "unshare");
  const parent = existsSync(file) ? Number(readFileSync(file, "utf8")) : null;
  const child = readdirSync("/proc").find((name) => /^\d+$/.test(name) && statOf(Number(name))?.parent === parent);
  if (child === undefined)
    throw new Error("the cluster has no node to enter: it is down, or was started with --api-only");
  return child;
};
/** Command line that runs a command in the node's namespaces, but in the caller's control groups. */
export const enterCommand = (state: string, command: readonly string[]): readonly [string, ...string[]] => [
  "nsenter",
  ...[`--target=${processOne(state)}`, "--mount", "--net", "--pid", "--uts", "--ipc", "--", ...command],
];
