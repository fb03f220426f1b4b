/** Schedule store: the scheduler's writes, each in a transaction that holds only while this server leads. */
import type { RunId } from "../../experiments/model/names.ts";
import { insertAudit } from "../store/audit.ts";
import { deleteScheduleState, insertInstant, recordInstantOutcome, upsertScheduleState } from "../store/instants.ts";
import { lockEpoch } from "../store/leader-row.ts";
import { pruneInstants } from "../store/scheduled-runs.ts";
import type { Db, Tx } from "../store/schema.ts";
import { inTransaction } from "../store/transaction.ts";
import type { ReactionStep } from "./reaction.ts";

/** Principal of the scheduler in the audit log, for actions that no person requested. */
export const SCHEDULER = { principal: "scheduler", role: "operator" } as const;

/** Outcome of an instant that is finished. */
export interface FinishedInstant {
  readonly schedule: string;
  readonly instantMs: number;
  readonly outcome: string;
  readonly reason: string;
  /** null: no run was started. */
  readonly run: RunId | null;
  /** False for an instant outside cron (a trigger or a retry): the regular instants are still to come. */
  readonly byCron: boolean;
  /** Number of past instants kept. */
  readonly keep: number;
  readonly atMs: number;
}

export class ScheduleStore {
  readonly #db: Db;
  readonly #epoch: number;
  readonly #onInstant: (outcome: string) => void;

  /** `onDone`: called with each instant's outcome once that is written. */
  constructor(db: Db, epoch: number, onDone: (outcome: string) => void = () => {}) {
    this.#db = db;
    this.#epoch = epoch;
    this.#onInstant = onDone;
  }
  #write(work: (tx: Tx) => Promise<void>): Promise<void> {
    return inTransaction(this.#db, async (tx) => {
      await lockEpoch(tx, this.#epoch);
      await work(tx);
    });
  }

  /**
   * Records an outcome. The row of a started run exists already: the run's transaction inserted the row. A regular
   * instant in between ends the pending retries.
   */
  async recordInstant({
    schedule,
    instantMs,
    outcome,
    reason,
    run,
    byCron,
    keep,
    atMs,
  }: FinishedInstant): Promise<void> {
    await this.#write(async (tx) => {
      if (run === null) await insertInstant(tx, { schedule, instant_ms: instantMs, outcome, reason, run, at_ms: atMs });
      else await recordInstantOutcome(tx, schedule, instantMs, { outcome, reason });
      const retry = outcome === "retried" ? { retry_ms: null } : { retry_ms: null, retries_left: null };
      await upsertScheduleState(tx, schedule, { ...retry, ...(byCron ? { considered_ms: instantMs } : {}) });
      await pruneInstants(tx, schedule, keep);
    });
    this.#onInstant(outcome);
  }

  recordPause(
    schedule: string,
    pause: { readonly reason: string; readonly by: string | null; readonly atMs: number },
  ): Promise<void> {
    return this.#write((tx) => this.#pause(tx, schedule, pause));
  }
  #pause(tx: Tx, schedule: string, { reason, by, atMs }: { reason: string; by: string | null; atMs: number }) {
    const change = { paused_reason: reason, paused_by: by, paused_ms: atMs };
    return upsertScheduleState(tx, schedule, { ...change, retry_ms: null, retries_left: null });
  }
  /** Resumes a schedule: instants that came due during the pause are skipped. */
  recordResume(schedule: string, atMs: number): Promise<void> {
    const change = { paused_reason: null, paused_by: null, paused_ms: null, considered_ms: atMs };
    return this.#write((tx) => upsertScheduleState(tx, schedule, change));
  }

  /** Forgets a deleted schedule: a schedule applied again later begins anew. */
  forget(schedule: string): Promise<void> {
    return this.#write((tx) => deleteScheduleState(tx, schedule));
  }

  /** Records a reaction, together with the mark that the verdict was handled: once. */
  recordReaction(
    { schedule, instantMs }: { readonly schedule: string; readonly instantMs: number },
    follows: ReactionStep,
  ): Promise<void> {
    return this.#write(async (tx) => {
      await recordInstantOutcome(tx, schedule, instantMs, { reacted: 1 });
      if (follows.do === "nothing") return;
      const { atMs } = follows;
      if (follows.do === "retry")
        return upsertScheduleState(tx, schedule, { retry_ms: atMs, retries_left: follows.left });
      const { reason } = follows;
      if (follows.do === "pause") await this.#pause(tx, schedule, { reason, by: null, atMs });
      const row = { ...SCHEDULER, action: `schedule.${follows.do}`, target: schedule, outcome: "ok", detail: reason };
      await insertAudit(tx, { ...row, at_ms: atMs });
    });
  }
}
