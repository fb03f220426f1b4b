/** The statements on the leader's row; what they do is written down as `acquireRow` and `renewRow` in `election.ts`. */
import { type Kysely, sql } from "kysely";
import { ELECTION_TIMING, type LeaderRow } from "./election.ts";
import { Fenced } from "./errors.ts";
import type { Db, Schema, Tx } from "./schema.ts";

/** The one clock that several servers share. */
const databaseMs = sql<number>`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const expiry = sql<number>`${databaseMs} + ${sql.lit(ELECTION_TIMING.lifeMs)}`;

export interface LeaderRowRead {
  readonly row: LeaderRow;
  readonly databaseMs: number;
}
/** PostgreSQL only: an SQLite file has one owner, who need not ask. */
export const readLeaderRow = async (db: Db): Promise<LeaderRowRead> => {
  const { now, expires_ms, ...row } = await db
    .selectFrom("leader")
    .select(["epoch", "beat", "holder", "url", "expires_ms", databaseMs.as("now")])
    .where("id", "=", 1)
    .executeTakeFirstOrThrow();
  return { row: { ...row, expiresMs: expires_ms }, databaseMs: now };
};

/**
 * The new epoch; null: the row is not as it was seen. PostgreSQL only. In one round trip: a leader may be far from its
 * database, and its successor's time to take over counts from the last renewal.
 */
export const acquireLeaderRow = async (
  db: Kysely<Schema>,
  { epoch, beat }: Pick<LeaderRow, "epoch" | "beat">,
  { holder, url }: { readonly holder: string; readonly url: string },
): Promise<number | null> => {
  const taken = await db
    // Waits for what the old leader is writing under its epoch (`lockEpoch`): after this nothing of it is written.
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
    .set({ epoch: epoch + 1, beat: beat + 1, holder, url, expires_ms: expiry })
    .whereRef("leader.id", "=", "seen.place")
    .returning("leader.epoch")
    .executeTakeFirst();
  return taken?.epoch ?? null;
};
/** The database's time; null: somebody took it. PostgreSQL only. */
export const renewLeaderRow = async (
  db: Db,
  { epoch, holder }: { epoch: number; holder: string },
): Promise<number | null> => {
  const renewed = await db
    .updateTable("leader")
    .set((row) => ({ beat: row("beat", "+", 1), expires_ms: expiry }))
    .where("id", "=", 1)
    .where("epoch", "=", epoch)
    .where("holder", "=", holder)
    .returning(databaseMs.as("now"))
    .executeTakeFirst();
  return renewed?.now ?? null;
};
/** For who has the lock of the file, and so need not ask anybody. Answers the new epoch. */
export const acquireLeaderRowAlone = async (db: Db, holder: string, url: string): Promise<number> => {
  const { epoch } = await db
    .updateTable("leader")
    .set((row) => ({ epoch: row("epoch", "+", 1), beat: row("beat", "+", 1), holder, url, expires_ms: null }))
    .where("id", "=", 1)
    .returning("epoch")
    .executeTakeFirstOrThrow();
  return epoch;
};
/** Nobody leads from here on, if it was this one who did. */
export const releaseLeaderRow = async (db: Db, { epoch, holder }: { epoch: number; holder: string }): Promise<void> => {
  await db
    .updateTable("leader")
    .set((row) => ({ beat: row("beat", "+", 1), holder: null, url: null, expires_ms: null }))
    .where("id", "=", 1)
    .where("epoch", "=", epoch)
    .where("holder", "=", holder)
    .execute();
};

/** As `releaseLeaderRow`, and whoever leads next does so in an epoch above `above`. */
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
 * Throws Fenced unless `epoch` is the current one; it stays so until the end of the transaction. A renewal passes this
 * lock, an election waits for it: the lock is one on the row's key.
 */
export const lockEpoch = async (tx: Tx, epoch: number): Promise<void> => {
  const current = tx.selectFrom("leader").select("id").where("id", "=", 1).where("epoch", "=", epoch);
  if ((await current.forKeyShare().executeTakeFirst()) === undefined) throw new Fenced(epoch);
};
