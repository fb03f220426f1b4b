/**
 * Retention: deletes rows that are older than needed. A run that is under way, or that still holds claims, is never
 * touched.
 */
import type { RunId } from "../../experiments/model/names.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import type { Db } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

/** Retention limits; null: for ever. */
export interface Retention {
  /** Age limit of finished runs with journals, ms since the start. */
  readonly runsMs: number | null;
  /** Count limit of finished runs: only the newest so many stay, however young the rest. */
  readonly runsMost: number | null;
  readonly auditMs: number | null;
  /** Age limit of settled deliveries, ms. */
  readonly deliveriesMs: number | null;
  readonly instantsMs: number | null;
  /** Time for which an idempotency key is remembered, ms. */
  readonly startsMs: number | null;
}
const DAY_MS = 86_400_000;
export const DEFAULT_RETENTION: Retention = {
  runsMs: 90 * DAY_MS,
  runsMost: null,
  auditMs: 400 * DAY_MS,
  deliveriesMs: 7 * DAY_MS,
  instantsMs: 400 * DAY_MS,
  startsMs: DAY_MS,
};

/** Number of deleted rows by table. */
export interface RemovedRows {
  readonly runs: number;
  readonly audit: number;
  readonly deliveries: number;
  readonly instants: number;
  readonly starts: number;
}
/** Rows deleted at once: a few milliseconds. */
const PIECE = 200;

/** Runs that are finished, hold no claim, and are not being deleted already; newest first. */
const removable = (db: Db) =>
  db
    .selectFrom("runs")
    .select("id")
    .where("closed", "=", 1)
    .where("forgotten", "=", 0)
    .where("id", "not in", (claims) => claims.selectFrom("claims").select("run"))
    .orderBy("started_ms", "desc")
    .orderBy("id", "desc");

/** Ids of the runs that `sweep` would delete for age. */
export const listRemovableBefore = async (db: Db, beforeMs: number): Promise<readonly RunId[]> =>
  (await removable(db).where("started_ms", "<", beforeMs).execute()).map(({ id }) => id);

/** Hides runs from all lists; if the server dies in between, another server continues at the next sweep. */
const forget = async (db: Db, ids: readonly RunId[]): Promise<void> => {
  if (ids.length > 0) await db.updateTable("runs").set({ forgotten: 1 }).where("id", "in", ids).execute();
};
const forgetOlder = async (db: Db, beforeMs: number): Promise<void> => {
  for (;;) {
    const old = await removable(db).where("started_ms", "<", beforeMs).limit(PIECE).execute();
    await forget(
      db,
      old.map(({ id }) => id),
    );
    if (old.length < PIECE) return;
    await yieldToEventLoop();
  }
};
const forgetBeyond = async (db: Db, most: number): Promise<void> => {
  for (;;) {
    const more = await removable(db).offset(most).limit(PIECE).execute();
    await forget(
      db,
      more.map(({ id }) => id),
    );
    if (more.length < PIECE) return;
    await yieldToEventLoop();
  }
};

/**
 * Deletes a run: the journal from the end, so that an interrupted deletion leaves a shortened journal; then the row
 * with the rest.
 */
const removeRun = async (db: Db, run: RunId): Promise<void> => {
  const newest = db.selectFrom("journal").select("sequence").where("run", "=", run).orderBy("sequence", "desc");
  const last = (await newest.limit(1).executeTakeFirst())?.sequence ?? 0;
  for (let from = last - PIECE; from > 0; from -= PIECE) {
    await db.deleteFrom("journal").where("run", "=", run).where("sequence", ">", from).execute();
    await yieldToEventLoop();
  }
  await inTransaction(db, async (tx) => {
    await tx.deleteFrom("journal").where("run", "=", run).execute();
    await tx.deleteFrom("run_labels").where("run", "=", run).execute();
    await tx.deleteFrom("runs").where("id", "=", run).execute();
  });
  await yieldToEventLoop();
};
const removeForgotten = async (db: Db): Promise<number> => {
  for (let removed = 0; ; ) {
    const rows = await db.selectFrom("runs").select("id").where("forgotten", "=", 1).limit(PIECE).execute();
    for (const { id } of rows) await removeRun(db, id);
    removed += rows.length;
    if (rows.length < PIECE) return removed;
  }
};

/** Repeats `piece` until no row is left to delete. */
const inPieces = async (piece: () => Promise<{ readonly numDeletedRows: bigint }>): Promise<number> => {
  for (let removed = 0; ; await yieldToEventLoop()) {
    const now = Number((await piece()).numDeletedRows);
    removed += now;
    if (now < PIECE) return removed;
  }
};
const before = (nowMs: number, keepMs: number | null): number =>
  keepMs === null ? Number.MIN_SAFE_INTEGER : nowMs - keepMs;

const removeAudit = (db: Db, beforeMs: number) => {
  const old = db.selectFrom("audit").select("id").where("at_ms", "<", beforeMs).limit(PIECE);
  return inPieces(() => db.deleteFrom("audit").where("id", "in", old).executeTakeFirst());
};
const removeDeliveries = (db: Db, beforeMs: number) => {
  const old = db.selectFrom("deliveries").select("id").where("done_ms", "<", beforeMs).limit(PIECE);
  return inPieces(() => db.deleteFrom("deliveries").where("id", "in", old).executeTakeFirst());
};
const removeInstants = (db: Db, beforeMs: number) => {
  const old = db.selectFrom("instants").select(["schedule", "instant_ms"]).where("instant_ms", "<", beforeMs);
  const piece = old.limit(PIECE).$asTuple("schedule", "instant_ms");
  return inPieces(() =>
    db
      .deleteFrom("instants")
      .where((row) => row(row.refTuple("schedule", "instant_ms"), "in", piece))
      .executeTakeFirst(),
  );
};
const removeStarts = (db: Db, beforeMs: number) => {
  const old = db.selectFrom("starts").select(["principal", "key"]).where("at_ms", "<", beforeMs);
  const piece = old.limit(PIECE).$asTuple("principal", "key");
  return inPieces(() =>
    db
      .deleteFrom("starts")
      .where((row) => row(row.refTuple("principal", "key"), "in", piece))
      .executeTakeFirst(),
  );
};

/** Sweeps rows beyond the limits. `nowMs`: Unix ms. */
export const sweep = async (db: Db, keep: Retention, nowMs: number): Promise<RemovedRows> => {
  if (keep.runsMs !== null) await forgetOlder(db, nowMs - keep.runsMs);
  if (keep.runsMost !== null) await forgetBeyond(db, keep.runsMost);
  return {
    runs: await removeForgotten(db),
    audit: await removeAudit(db, before(nowMs, keep.auditMs)),
    deliveries: await removeDeliveries(db, before(nowMs, keep.deliveriesMs)),
    instants: await removeInstants(db, before(nowMs, keep.instantsMs)),
    starts: await removeStarts(db, before(nowMs, keep.startsMs)),
  };
};
