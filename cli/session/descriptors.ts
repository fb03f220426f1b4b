/** File descriptors that this process may have (RLIMIT_NOFILE of getrlimit(2)), and the minimum that a mesh needs. */
import { readFileSync } from "node:fs";
import { type CommandError, usage } from "../exit.ts";

/**
 * With fewer descriptors, a server, a keeper or an agent that passes a mesh's traffic runs out in mid-run: at 64 an
 * agent answers requests with 503, and a service that holds looks broken.
 */
const LEAST = 256;

/** Node raises the soft limit to the hard limit at startup. null: the system does not report the limit. */
const descriptorLimit = (): number | null => {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
};
/**
 * Throws a usage error where a mesh, a server or an agent would run out of descriptors. Halting is exempt from this
 * check.
 */
export const needDescriptors = (): void => {
  const limit = descriptorLimit();
  if (limit !== null && limit < LEAST) throw tooFew(limit);
};
const tooFew = (limit: number): CommandError =>
  usage(
    `too few file descriptors: a process may open ${limit} files here (\`ulimit -n\`), and ${LEAST} are needed at least; run \`ulimit -n 4096\` in this shell, or raise the limit of the container or unit (LimitNOFILE)`,
  );
