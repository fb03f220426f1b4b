/**
 * Outbox of webhooks: a delivery is written together with the event that it reports, sent afterwards, and retried until
 * delivered or given up.
 */
import type { Selectable } from "kysely";
import { timedId } from "./audit.ts";
import type { Db, Schema } from "./schema.ts";

export type DeliveryRow = Selectable<Schema["deliveries"]>;

/**
 * Enqueues a delivery in the transaction of the reported event: either both are written or neither. Returns the
 * delivery's id.
 */
export const enqueueDelivery = async (
  db: Db,
  { webhook, event, body, atMs }: { webhook: string; event: string; body: string; atMs: number },
): Promise<string> => {
  const id = timedId(atMs);
  await db
    .insertInto("deliveries")
    .values({ id, webhook, event, body, attempts: 0, next_ms: atMs, done_ms: null, problem: null })
    .execute();
  return id;
};
/** Lane of a webhook's deliveries: the halts, or all other events. */
export interface DeliveryLane {
  readonly webhook: string;
  readonly halts: boolean;
}
/** Deliveries due now, of a lane or of all lanes; the longest due first. */
export const listDueDeliveries = (db: Db, nowMs: number, limit: number, lane?: DeliveryLane): Promise<DeliveryRow[]> =>
  db
    .selectFrom("deliveries")
    .selectAll()
    .where("done_ms", "is", null)
    .where("next_ms", "<=", nowMs)
    .$if(lane !== undefined, (rows) =>
      rows.where("webhook", "=", lane!.webhook).where("event", lane!.halts ? "=" : "!=", "halt"),
    )
    .orderBy("next_ms")
    .orderBy("id")
    .limit(limit)
    .execute();
/** Number of pending deliveries by webhook; webhooks without a pending delivery are left out. */
export const countPending = async (db: Db): Promise<ReadonlyMap<string, number>> => {
  const rows = await db
    .selectFrom("deliveries")
    .select((row) => ["webhook", row.fn.countAll().as("pending")])
    .where("done_ms", "is", null)
    .groupBy("webhook")
    .execute();
  return new Map(rows.map(({ webhook, pending }) => [webhook, Number(pending)]));
};
/** Due time of the next delivery after `afterMs`, Unix ms; null: no delivery is left. */
export const nextDeliveryMs = async (db: Db, afterMs = -1, lane?: DeliveryLane): Promise<number | null> => {
  const next = db
    .selectFrom("deliveries")
    .select("next_ms")
    .where("done_ms", "is", null)
    .where("next_ms", ">", afterMs)
    .$if(lane !== undefined, (rows) =>
      rows.where("webhook", "=", lane!.webhook).where("event", lane!.halts ? "=" : "!=", "halt"),
    );
  return (await next.orderBy("next_ms").limit(1).executeTakeFirst())?.next_ms ?? null;
};

export type DeliveryOutcome =
  /** Settled delivery. `problem` null: delivered; otherwise given up. */
  { readonly doneMs: number; readonly problem: string | null } | { readonly nextMs: number; readonly problem: string };
/** Records the outcome of a delivery attempt. */
export const recordDeliveryOutcome = async (db: Db, id: string, settled: DeliveryOutcome): Promise<void> => {
  const when = "doneMs" in settled ? { done_ms: settled.doneMs } : { next_ms: settled.nextMs };
  await db
    .updateTable("deliveries")
    .set((row) => ({ ...when, problem: settled.problem, attempts: row("attempts", "+", 1) }))
    .where("id", "=", id)
    .where("done_ms", "is", null)
    .execute();
};
