/**
 * Processes of the bench, pinned to cores: proxies on the first core; load, upstream and the bench itself on the
 * second. Without `taskset`, or with a single core, no process is pinned.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";
import { findProgram } from "../../scripts/programs.ts";

export type Core = "proxies" | "load";
/** Cores of the machine, counted at the start: the bench itself has a single core later. */
export const CORES = availableParallelism();
const taskset = CORES > 1 ? findProgram("taskset") : null;
const NUMBER: Readonly<Record<Core, string>> = { proxies: "0", load: "1" };

/** Environment without npm's variables: an agent started below npm would watch that npm, a cost of no real agent. */
const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("npm_")));

const children = new Set<ChildProcess>();
const stopping = new WeakSet<ChildProcess>();
/** Last part of the output that explains an unexpected end, characters. */
const EXPLANATION = 2_000;

/**
 * Starts a process on a core. `stdout`: whether the bench reads the output. Errors that the process wrote are shown
 * when the process ends before the bench stops it.
 */
export const startPinned = (
  core: Core,
  argv: readonly string[],
  { env = {}, stdout = "ignore" }: { env?: Record<string, string>; stdout?: "ignore" | "pipe" } = {},
): ChildProcess => {
  const [command, ...args] = taskset === null ? argv : [taskset, "-c", NUMBER[core], ...argv];
  const child = spawn(command!, args, { stdio: ["pipe", stdout, "pipe"], env: { ...environment(), ...env } });
  children.add(child);
  let errors = "";
  child.stderr!.setEncoding("utf8").on("data", (part: string) => {
    errors = (errors + part).slice(-EXPLANATION);
  });
  child.once("exit", (code, signal) => {
    children.delete(child);
    if (code !== 0 && !stopping.has(child))
      process.stderr.write(`${argv[0]} ended early (${code ?? signal}): ${errors}\n`);
  });
  return child;
};
/** Ends a process that `startPinned` started, and waits for the exit. nginx ends its workers on SIGTERM alone. */
export const stopPinned = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    stopping.add(child);
    if (child.exitCode !== null || child.signalCode !== null) return done();
    const killing = setTimeout(() => child.kill("SIGKILL"), 2_000);
    child.once("exit", () => {
      clearTimeout(killing);
      done();
    });
    child.kill("SIGTERM");
  });
/** Ends every process left, when the bench itself ends. */
export const stopAll = (): void => {
  for (const child of children) {
    stopping.add(child);
    child.kill("SIGTERM");
  }
};

/** Moves the bench, with all its threads, to the core of the load. */
export const pinBench = (): void => {
  if (taskset !== null) spawnSync(taskset, ["-acp", NUMBER.load, String(process.pid)], { stdio: "ignore" });
};
