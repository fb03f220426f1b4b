/** The outbox of webhooks: written with what it tells of, sent afterwards, tried again until delivered or given up. */
import type { Selectable } from "kysely";
import { timedId } from "./audit.ts";
import type { Db, Schema } from "./schema.ts";

export type DeliveryRow = Selectable<Schema["deliveries"]>;

/** In the transaction of what it tells of: neither is there without the other. Answers its id. */
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
/** Some of the deliveries of one webhook: its halts, or all else. */
export interface DeliveryLane {
  readonly webhook: string;
  readonly halts: boolean;
}
/** Those of one lane, or all, to be tried now; the longest due first. */
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
/** How many are still to be tried, by webhook; those of which none is are left out. */
export const countPending = async (db: Db): Promise<ReadonlyMap<string, number>> => {
  const rows = await db
    .selectFrom("deliveries")
    .select((row) => ["webhook", row.fn.countAll().as("pending")])
    .where("done_ms", "is", null)
    .groupBy("webhook")
    .execute();
  return new Map(rows.map(({ webhook, pending }) => [webhook, Number(pending)]));
};
/** When the next one after `afterMs` falls due, Unix ms; null: none is left. */
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
  /** `problem` null: delivered; otherwise given up. */
  { readonly doneMs: number; readonly problem: string | null } | { readonly nextMs: number; readonly problem: string };
/** What came of one attempt. */
export const recordDeliveryOutcome = async (db: Db, id: string, settled: DeliveryOutcome): Promise<void> => {
  const when = "doneMs" in settled ? { done_ms: settled.doneMs } : { next_ms: settled.nextMs };
  await db
    .updateTable("deliveries")
    .set((row) => ({ ...when, problem: settled.problem, attempts: row("attempts", "+", 1) }))
    .where("id", "=", id)
    .where("done_ms", "is", null)
    .execute();
};
