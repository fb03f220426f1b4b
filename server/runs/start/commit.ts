/** Admission's two transactions: the first writes the run, the second takes the claims. Both hold the gate. */
import type { Kysely } from "kysely";
import type { JournalRecord } from "../../../experiments/model/journal/journal.ts";
import type { RunId } from "../../../experiments/model/names.ts";
import { ApiError } from "../../errors.ts";
import { type HeldClaim, insertClaims, type ResourceClaim } from "../../store/claims.ts";
import { lockGate } from "../../store/gate.ts";
import { findIdempotentRun, type IdempotentStart, insertIdempotencyKey } from "../../store/idempotency-keys.ts";
import { insertInstant, listInstants } from "../../store/instants.ts";
import { appendRecords } from "../../store/journal.ts";
import { lockEpoch } from "../../store/leader-row.ts";
import { insertRun, type NewRun } from "../../store/runs.ts";
import type { Schema, Tx } from "../../store/schema.ts";
import { haltedError } from "../halt/halt-gate.ts";

const RETRY_AFTER_S = 30;
export const queueFullError = (most: number): ApiError =>
  new ApiError("queue-full", `${most} runs wait for their turn, which is the most of this server`, [], {
    "retry-after": String(RETRY_AFTER_S),
  });

export interface StartCommit {
  /**
   * Reason why no new run is admitted; null: there is room. A start made before is still answered with the earlier run.
   */
  readonly refusal: ApiError | null;
  readonly row: NewRun;
  readonly created: JournalRecord;
  readonly start: IdempotentStart | null;
  readonly instant: { readonly schedule: string; readonly instantMs: number } | null;
}

/** The run that was started for this key or instant before; null: there is none. */
const earlier = async (tx: Tx, { start, instant }: StartCommit): Promise<RunId | null> => {
  if (start !== null) {
    const run = await findIdempotentRun(tx, start);
    if (run !== null) return run;
  }
  if (instant === null) return null;
  const { schedule, instantMs } = instant;
  const [row] = await listInstants(tx, schedule, { before: instantMs + 1, limit: 1 });
  if (row?.instant_ms !== instantMs) return null;
  if (row.run !== null) return row.run;
  const when = new Date(instantMs).toISOString();
  throw new ApiError(
    "key-reused",
    `the instant ${when} of ${schedule} is settled already (${row.outcome}): it is started once`,
  );
};

/**
 * Writes the run: row, first journal record, idempotency key and instant, all of them or none. Returns the run's id, or
 * the id of the run made by the same start before. Throws ApiError while the gate is shut, KeyReused and Fenced.
 */
export const commitStart = (
  db: Kysely<Schema>,
  epoch: number,
  admission: StartCommit,
): Promise<{ id: RunId; again: boolean }> =>
  db.transaction().execute(async (tx) => {
    await lockEpoch(tx, epoch);
    const halted = await lockGate(tx);
    const before = await earlier(tx, admission);
    if (before !== null) return { id: before, again: true };
    if (halted !== null) throw haltedError(halted);
    if (admission.refusal !== null) throw admission.refusal;
    const { row, created, start, instant } = admission;
    await insertRun(tx, row);
    await appendRecords(tx, row.id, [created], epoch);
    if (start !== null) await insertIdempotencyKey(tx, start, row.id, created.wallMs);
    if (instant !== null)
      await insertInstant(tx, {
        ...{ schedule: instant.schedule, instant_ms: instant.instantMs },
        ...{ outcome: "started", run: row.id, at_ms: created.wallMs },
      });
    return { id: row.id, again: false };
  });

export type ClaimAttempt =
  | { readonly taken: true }
  | { readonly taken: false; readonly conflicts: readonly HeldClaim[] };
/** Takes all claims of a run, or none. No claim is taken while the gate is shut. Throws Fenced. */
export const acquireClaims = (
  db: Kysely<Schema>,
  epoch: number,
  run: RunId,
  claims: readonly ResourceClaim[],
): Promise<ClaimAttempt> =>
  db.transaction().execute(async (tx): Promise<ClaimAttempt> => {
    await lockEpoch(tx, epoch);
    if ((await lockGate(tx)) !== null) return { taken: false, conflicts: [] };
    const conflicts = await insertClaims(tx, run, claims);
    return conflicts.length === 0 ? { taken: true } : { taken: false, conflicts };
  });
