/** Processes of an embedded run, seen from outside: found by the home folder in the process environment. */
import { readdirSync, readFileSync } from "node:fs";
import { parseLiveStat } from "../../agent/contract/process-mark.ts";

export interface Process {
  readonly pid: number;
  readonly command: string;
  /** State letter: R, S, T (stopped), Z (zombie)… */
  readonly state: string;
}
const read = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // the process is gone in the meantime
  }
};

/** Every process with `SQUALL_HOME=home` in the environment, except zombies, which can do no harm. */
export const processesOf = (home: string): Process[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => read(`/proc/${pid}/environ`).split("\0").includes(`SQUALL_HOME=${home}`))
    .map((pid) => ({
      pid: Number(pid),
      command: read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").trim(),
      state: parseLiveStat(read(`/proc/${pid}/stat`))?.state ?? "Z",
    }))
    .filter(({ state }) => state !== "Z");

export const ROLES = { cli: /cli\/squall\.js/, keeper: /keeper\/keeper\.js/, agent: /agent\/main\.js/ } as const;
export type Role = keyof typeof ROLES;
export const findRole = (home: string, role: Role): Process | undefined =>
  processesOf(home).find(({ command }) => ROLES[role].test(command));
