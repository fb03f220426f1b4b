/** Starts of processes: waits until a process of the bench is ready, and fails at once when it ends before. */
import type { ChildProcess } from "node:child_process";
import { until } from "../waiting.ts";
import { openSocket } from "./caller.ts";

/** Bound for the start of a process, also on a machine that is busy with other work. */
const LONGEST_START_MS = 60_000;

/** Waits until `ask` resolves. Rejects: the process ended, or `ask` rejects for too long. */
export const untilReady = (child: ChildProcess, what: string, ask: () => Promise<unknown>): Promise<void> =>
  until(
    what,
    async () => {
      if (child.exitCode !== null) throw new Error(`a process ended before ${what}`);
      try {
        await ask();
        return true;
      } catch {
        return false;
      }
    },
    LONGEST_START_MS,
  );

/** Waits until a port of this machine takes connections. */
export const untilListening = (child: ChildProcess, port: number): Promise<void> =>
  untilReady(child, `port ${port} takes connections`, async () => (await openSocket(port)).destroy());
