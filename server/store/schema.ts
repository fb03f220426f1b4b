/** The tables. Times are Unix milliseconds unless the name says otherwise. */
import type { Kysely, Transaction } from "kysely";

export interface Schema {
  /** Single values: `epoch` counts the starts of servers on this database. */
  meta: { key: string; value: string };
  /** One row a run: what lists show without folding journals. */
  runs: {
    id: string;
    experiment: string;
    file: string | null;
    state: string;
    verdict: string | null;
    because: string | null;
    reason: string;
    seed: number;
    started_ms: number;
    duration_ms: number;
    /** 1 once the journal has its `closed` record. */
    closed: number;
  };
  journal: { run: string; sequence: number; wall_ms: number; entry: string; hash: string };
  /** Every agent process that ever said hello, so that a later server can look whether it still lives. */
  boots: {
    boot: string;
    instance: string;
    pid: number;
    /** Start time of the process in clock ticks since boot, from /proc; null where there is no /proc. */
    pid_started: string | null;
    /** Boot id of the machine: after a reboot every pid of before is gone. */
    machine_boot: string | null;
  };
}
/** What every function of the store takes: inside a transaction the outer handle would deadlock. */
export type Db = Kysely<Schema> | Transaction<Schema>;
