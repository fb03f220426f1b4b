/**
 * Boot recorder: writes the agent processes that the fleet meets, and deletes those that it forgets. A later server needs
 * the pid and start time to see that a process has ended, and the credential to know which client may attest for the
 * process's boot.
 */
import type { AgentBoot } from "../../experiments/model/names.ts";
import type { Clock } from "../clock.ts";
import type { Agent } from "../fleet/agent.ts";
import type { BootOwner } from "../fleet/boot-owners.ts";
import type { Log } from "../log.ts";
import { RateLimitedLog } from "../rate-limited-log.ts";
import { type BootRow, deleteBoots, upsertBoots } from "../store/boots.ts";
import type { Store } from "../store/open.ts";
import { inTransaction } from "../store/transaction.ts";

/**
 * Time between two writes of agent records: each write costs the disk a flush, and a whole fleet may connect at once.
 */
const WRITE_INTERVAL_MS = 50;
export interface BootRecorderConfig {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Store;
}
/** Records boots; all changes within WRITE_INTERVAL_MS share one transaction, and so one flush. */
export const recordBoots = ({ store, clock, log }: BootRecorderConfig) => {
  const sparse = new RateLimitedLog(log, clock);
  let isWriting = false;
  let met = new Map<AgentBoot, BootRow>();
  let left = new Set<AgentBoot>();
  let waiting: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const write = async (): Promise<void> => {
    const [rows, gone, told] = [[...met.values()], [...left], waiting];
    [met, left, waiting] = [new Map(), new Set(), []];
    try {
      await inTransaction(store.db, async (tx) => {
        await upsertBoots(tx, rows);
        await deleteBoots(tx, gone);
      });
      for (const { resolve } of told) resolve();
    } catch (error) {
      sparse.warn("recording", `agents could not be recorded: ${(error as Error).message}`);
      for (const { reject } of told) reject(error as Error);
    }
  };
  const begin = (): void => {
    if (isWriting) return;
    isWriting = true;
    const pause = () => {
      clock.wake(clock.nowMs() + WRITE_INTERVAL_MS, () => {
        isWriting = false;
        if (met.size + left.size > 0) begin();
      });
    };
    // `write` never rejects: failures go to the promises of the waiting callers.
    write().then(pause, pause);
  };
  return {
    remember: ({ mark }: Agent, { boot, instance, service, credential }: BootOwner): Promise<void> => {
      const process = { pid: mark.pid, pid_started: mark.started, machine_boot: mark.machineBoot };
      met.set(boot, { boot, instance, service, credential, met_ms: clock.wallMs(), ...process });
      left.delete(boot);
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        begin();
      });
    },
    end: () => sparse.close(),
    forget: (boots: readonly AgentBoot[]): void => {
      for (const boot of boots) {
        met.delete(boot);
        left.add(boot);
      }
      begin();
    },
  };
};
