/**
 * Launches the processes of these tests: each in a separate process group, as a CI runner starts a step, and in a cell
 * where cells are available.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Launched {
  readonly child: ChildProcess;
  /**
   * Resolves when both streams have ended: every process that inherited the streams has exited, even if the child
   * exited earlier.
   */
  readonly closed: Promise<void>;
  said(): string;
  /** Kills every process of the group at once. */
  end(): void;
}
export const launch = (
  folder: string,
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Launched => {
  const clean = { CI: "", NO_COLOR: "1", GITHUB_ACTIONS: "", COLUMNS: "200" };
  const [command, ...rest] = argv;
  const child = spawn(command!, rest, {
    ...{ cwd: folder, env: { ...process.env, ...clean, ...environment } },
    ...{ detached: true, stdio: ["ignore", "pipe", "pipe"] },
  });
  let said = "";
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  const closed = new Promise<void>((done) => child.on("close", () => done()));
  return {
    ...{ child, closed, said: () => said },
    end() {
      try {
        process.kill(-child.pid!, "SIGKILL");
      } catch {
        // Every process of the group has ended.
      }
    },
  };
};

/** Process id of the first child of a process, in this machine's process table. */
export const childOf = (pid: number): number | null => {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return first ? Number(first) : null;
};
