/** Processes of these tests: in a group of their own, as a CI runner starts a step, and where it may be in a cell. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

export interface Launched {
  readonly child: ChildProcess;
  /** Both streams have ended: whatever inherited them has, however early the child itself is gone. */
  readonly closed: Promise<void>;
  said(): string;
  /** Everything of its group, at once. */
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
        // Everything of it has ended.
      }
    },
  };
};

/** Of the first process below one, as this machine counts them. */
export const childOf = (pid: number): number | null => {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
  return first ? Number(first) : null;
};
