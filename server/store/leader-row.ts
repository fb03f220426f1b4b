/** Statements on the leader's row; the rules for these statements are `acquireRow` and `renewRow` in `election.ts`. */
import { type Kysely, sql } from "kysely";
import { Fenced } from "./errors.ts";
import type { Db, Schema, Tx } from "./schema.ts";

/** Database's clock: the only clock that several servers share. */
const databaseMs = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
/** Expiry of a row that lives for `lifeMs` from now on, by the database's clock. */
const expiryAfter = (lifeMs: number) => sql<number>`${databaseMs} + ${sql.lit(lifeMs)}`;

/** Row of the leader, of which a database has one. */
export interface LeaderRow {
  readonly epoch: number;
  readonly beat: number;
  /** Holder, the process that leads; null: the last leader resigned. */
  readonly holder: string | null;
  readonly url: string | null;
  /** Expiry of the row; null: valid for as long as the holder has the file's lock. */
  readonly expiresMs: number | null;
}
export interface LeaderRowRead {
  readonly row: LeaderRow;
  readonly databaseMs: number;
}
/** Reads the leader's row. PostgreSQL only: an SQLite file has a single owner, who need not ask. */
export const readLeaderRow = async (db: Db): Promise<LeaderRowRead> => {
  const { now, expires_ms, ...row } = await db
    .selectFrom("leader")
    .select(["epoch", "beat", "holder", "url", "expires_ms", databaseMs.as("now")])
    .where("id", "=", 1)
    .executeTakeFirstOrThrow();
  return { row: { ...row, expiresMs: expires_ms }, databaseMs: now };
};

/**
 * Takes the row for `lifeMs`; returns the new epoch; null: the row differs from the row that was seen. PostgreSQL only.
 * Takes a single round trip: a leader may be far from the database, and the successor's time to take over counts from
 * the last renewal.
 */
export const acquireLeaderRow = async (
  db: Kysely<Schema>,
  { epoch, beat }: Pick<LeaderRow, "epoch" | "beat">,
  { holder, url, lifeMs }: { readonly holder: string; readonly url: string; readonly lifeMs: number },
): Promise<number | null> => {
  const taken = await db
    // Waits for pending writes of the old leader under the old epoch (`lockEpoch`): none is written after this.
    .with("seen", (asked) =>
      asked
        .selectFrom("leader")
        .select("id as place")
        .where("id", "=", 1)
        .where("epoch", "=", epoch)
        .where("beat", "=", beat)
        .forUpdate(),
    )
    .updateTable("leader")
    .from("seen")
    .set({ epoch: epoch + 1, beat: beat + 1, holder, url, expires_ms: expiryAfter(lifeMs) })
    .whereRef("leader.id", "=", "seen.place")
    .returning("leader.epoch")
    .executeTakeFirst();
  return taken?.epoch ?? null;
};
/** Renews the row for `lifeMs`; returns the database's time; null: another server took the row. PostgreSQL only. */
export const renewLeaderRow = async (
  db: Db,
  { epoch, holder, lifeMs }: { epoch: number; holder: string; lifeMs: number },
): Promise<number | null> => {
  const renewed = await db
    .updateTable("leader")
    .set((row) => ({ beat: row("beat", "+", 1), expires_ms: expiryAfter(lifeMs) }))
    .where("id", "=", 1)
    .where("epoch", "=", epoch)
    .where("holder", "=", holder)
    .returning(databaseMs.as("now"))
    .executeTakeFirst();
  return renewed?.now ?? null;
};
/**
 * Takes the row for the process that has the lock of the file, and so need not ask any other. Returns the new epoch.
 */
export const acquireLeaderRowAlone = async (db: Db, holder: string, url: string): Promise<number> => {
  const { epoch } = await db
    .updateTable("leader")
    .set((row) => ({ epoch: row("epoch", "+", 1), beat: row("beat", "+", 1), holder, url, expires_ms: null }))
    .where("id", "=", 1)
    .returning("epoch")
    .executeTakeFirstOrThrow();
  return epoch;
};
/** Releases the row: no server leads from here on, if this server was the leader. */
export const releaseLeaderRow = async (db: Db, { epoch, holder }: { epoch: number; holder: string }): Promise<void> => {
  await db
    .updateTable("leader")
    .set((row) => ({ beat: row("beat", "+", 1), holder: null, url: null, expires_ms: null }))
    .where("id", "=", 1)
    .where("epoch", "=", epoch)
    .where("holder", "=", holder)
    .execute();
};

/** Releases the row like `releaseLeaderRow`; the next leader leads in an epoch above `above`. */
export const raiseLeaderEpoch = async (
  db: Db,
  { epoch, holder }: { epoch: number; holder: string },
  above: number,
): Promise<void> => {
  await db
    .updateTable("leader")
    .set((row) => ({ epoch: above, beat: row("beat", "+", 1), holder: null, url: null, expires_ms: null }))
    .where("id", "=", 1)
    .where("epoch", "=", epoch)
    .where("epoch", "<", above)
    .where("holder", "=", holder)
    .execute();
};

/**
 * Throws Fenced unless `epoch` is the current epoch, which then stays current until the end of the transaction. A
 * renewal passes this lock, an election waits for it: the lock is on the row's key.
 */
export const lockEpoch = async (tx: Tx, epoch: number): Promise<void> => {
  const current = tx.selectFrom("leader").select("id").where("id", "=", 1).where("epoch", "=", epoch);
  if ((await current.forKeyShare().executeTakeFirst()) === undefined) throw new Fenced(epoch);
};
