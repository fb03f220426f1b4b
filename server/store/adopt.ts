/** Adopts a copied or moved database: a new cluster id, and an epoch above all that agents of the original know. */
import { randomUUID } from "node:crypto";
import { clearDatabaseIdentity } from "./database-identity.ts";
import { readLeaderRow } from "./leader-row.ts";
import type { Store } from "./open.ts";
import type { Tx } from "./schema.ts";

/**
 * The server that was lost may have led again and again since the copy was made, and agents refuse an epoch below the
 * highest they saw: one election a second would need eleven days to come so far.
 */
const EPOCHS_AHEAD = 1_000_000;

/** A server uses it at this moment. */
export class DatabaseInUse extends Error {
  override readonly name = "DatabaseInUse";
}
/** Throws DatabaseInUse. */
export const refuseInUse = async (tx: Tx): Promise<void> => {
  const { row, databaseMs } = await readLeaderRow(tx);
  if (row.holder !== null && row.expiresMs !== null && row.expiresMs > databaseMs)
    throw new DatabaseInUse(`the server at ${row.url} is using this database: stop it first`);
};

/** The copy has no leader yet, no agent has met a server of this database, and its identity is not that of the original. */
export const renewIdentity = async (tx: Tx): Promise<void> => {
  const nobody = { holder: null, url: null, expires_ms: null };
  await tx
    .updateTable("leader")
    .set((row) => ({ ...nobody, epoch: row("epoch", "+", EPOCHS_AHEAD), beat: row("beat", "+", 1) }))
    .execute();
  await tx.updateTable("meta").set({ value: randomUUID() }).where("key", "=", "cluster").execute();
  await clearDatabaseIdentity(tx);
};

/** Its unfinished runs are finished by the server that leads next; what webhooks are still to be told, the first database tells. */
export const adopt = (store: Store, atMs: number): Promise<void> =>
  store.db.transaction().execute(async (tx) => {
    await refuseInUse(tx);
    await renewIdentity(tx);
    const left = { done_ms: atMs, problem: "left to the database that this one was copied from" };
    await tx.updateTable("deliveries").set(left).where("done_ms", "is", null).execute();
  });
