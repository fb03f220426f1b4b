/** kubectl against a cluster of the tests. */
import { spawnSync } from "node:child_process";

export interface Kubectl {
  /** Output of kubectl. Throws with kubectl's own words where it fails. */
  (...words: readonly string[]): string;
  /** Applies objects; returns kubectl's output. */
  apply(...objects: readonly object[]): string;
}
const LIMIT_MS = 90_000;
/** `command`: kubectl's command line without arguments. */
export const kubectlOf = (command: readonly string[]): Kubectl => {
  const run = (words: readonly string[], input?: string): string => {
    const argv = [...command.slice(1), ...words];
    const { status, stdout, stderr } = spawnSync(command[0]!, argv, { encoding: "utf8", input, timeout: LIMIT_MS });
    if (status === 0) return stdout.trim();
    throw new Error(`kubectl ${words.join(" ")} ended with ${status}: ${stderr}${stdout}`);
  };
  const apply = (...items: readonly object[]) =>
    run(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  return Object.assign((...words: readonly string[]) => run(words), { apply });
};
