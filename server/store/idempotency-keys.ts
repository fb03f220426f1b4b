/** Idempotency keys of starts: a start that is sent again answers with the run of the first. */
import type { RunId } from "../../experiments/model/names.ts";
import { KeyReused } from "./errors.ts";
import type { Tx } from "./schema.ts";

export interface IdempotentStart {
  /** Key chosen by the client, unique for each principal. */
  readonly key: string;
  readonly principal: string;
  /** SHA-256 of the request, hex: another request under the same key is refused. */
  readonly bodyDigest: string;
}
/**
 * Run that an earlier identical start made; null: the start is new. Throws KeyReused. The transaction must hold the
 * gate (`lockGate`).
 */
export const findIdempotentRun = async (
  tx: Tx,
  { key, principal, bodyDigest }: IdempotentStart,
): Promise<RunId | null> => {
  const row = await tx
    .selectFrom("starts")
    .select(["run", "body_digest"])
    .where("principal", "=", principal)
    .where("key", "=", key)
    .executeTakeFirst();
  if (row !== undefined && row.body_digest !== bodyDigest) throw new KeyReused(key, row.run);
  return row?.run ?? null;
};
/** Inserts the key, in the transaction that makes the run's row. */
export const insertIdempotencyKey = async (
  tx: Tx,
  { key, principal, bodyDigest }: IdempotentStart,
  run: RunId,
  atMs: number,
) => {
  await tx.insertInto("starts").values({ key, principal, body_digest: bodyDigest, run, at_ms: atMs }).execute();
};
