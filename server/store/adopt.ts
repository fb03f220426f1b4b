/** Adopts a copied or moved database: a new cluster id, and an epoch above all that agents of the original know. */
import { randomUUID } from "node:crypto";
import { clearDatabaseIdentity } from "./database-identity.ts";
import { readLeaderRow } from "./leader-row.ts";
import type { Store } from "./open.ts";
import type { Tx } from "./schema.ts";

/**
 * Epoch jump of a copy. The lost server may have led many times since the copy was made, and agents refuse an epoch
 * below the highest they saw: an election a second would need eleven days to use the jump up.
 */
const EPOCHS_AHEAD = 1_000_000;

/** Error: a server uses the database at this moment. */
export class DatabaseInUse extends Error {
  override readonly name = "DatabaseInUse";
}
/** Refuses a database that a server is using. Throws DatabaseInUse. */
export const refuseInUse = async (tx: Tx): Promise<void> => {
  const { row, databaseMs } = await readLeaderRow(tx);
  if (row.holder !== null && row.expiresMs !== null && row.expiresMs > databaseMs)
    throw new DatabaseInUse(`the server at ${row.url} is using this database: stop it first`);
};

/**
 * Gives a copy an identity of its own: no leader yet, an epoch that no agent has met, and a cluster id unlike the
 * original's.
 */
export const renewIdentity = async (tx: Tx): Promise<void> => {
  const nobody = { holder: null, url: null, expires_ms: null };
  await tx
    .updateTable("leader")
    .set((row) => ({ ...nobody, epoch: row("epoch", "+", EPOCHS_AHEAD), beat: row("beat", "+", 1) }))
    .execute();
  await tx.updateTable("meta").set({ value: randomUUID() }).where("key", "=", "cluster").execute();
  await clearDatabaseIdentity(tx);
};

/**
 * Adopts a copy. The next leader finishes the unfinished runs. Pending webhook deliveries are left to the original
 * database.
 */
export const adopt = (store: Store, atMs: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    await refuseInUse(tx);
    await renewIdentity(tx);
    const left = { done_ms: atMs, problem: "left to the database that this one was copied from" };
    await tx.updateTable("deliveries").set(left).where("done_ms", "is", null).execute();
  });
