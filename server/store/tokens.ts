/** Who may come in: tokens by the hash of their secret. A revoked one stays, for the audit log names it. */
import type { Insertable, Selectable } from "kysely";
import type { Db, Schema } from "./schema.ts";

export type TokenRow = Selectable<Schema["tokens"]>;

export const insertToken = async (db: Db, row: Insertable<Schema["tokens"]>): Promise<void> => {
  await db.insertInto("tokens").values(row).execute();
};
/** By the hashes of their secrets; expired and revoked ones too: the caller must look. */
export const findTokensByHash = (db: Db, hashes: readonly string[]): Promise<TokenRow[]> =>
  db.selectFrom("tokens").selectAll().where("hash", "in", hashes).execute();
export const findToken = (db: Db, id: string): Promise<TokenRow | undefined> =>
  db.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst();
/** Newest first, revoked ones among them. */
export const listTokens = (db: Db): Promise<TokenRow[]> =>
  db.selectFrom("tokens").selectAll().orderBy("created_ms", "desc").orderBy("id").execute();
/** false: there is none, or it was revoked before. */
export const revokeToken = async (db: Db, id: string, atMs: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable("tokens")
    .set({ revoked_ms: atMs })
    .where("id", "=", id)
    .where("revoked_ms", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
/** Never moves back, whatever order the servers write in. */
export const touchToken = async (db: Db, id: string, atMs: number): Promise<void> => {
  await db
    .updateTable("tokens")
    .set({ last_used_ms: atMs })
    .where("id", "=", id)
    .where((row) => row.or([row("last_used_ms", "is", null), row("last_used_ms", "<", atMs)]))
    .execute();
};
/** Sessions that ended before then, Unix ms: nobody asks for them again. */
export const deleteExpiredSessions = async (db: Db, endedMs: number): Promise<void> => {
  await db.deleteFrom("tokens").where("parent", "is not", null).where("expires_ms", "<", endedMs).execute();
};
/** A session's row, by its id; false: there is no such session. */
export const deleteSession = async (db: Db, id: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom("tokens")
    .where("id", "=", id)
    .where("parent", "is not", null)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
/** Ids of the sessions of one token beyond the newest `most`. */
export const listExcessSessions = async (db: Db, parent: string, most: number): Promise<string[]> => {
  const sessions = db.selectFrom("tokens").select("id").where("parent", "=", parent);
  const rows = await sessions.orderBy("created_ms", "desc").orderBy("id").limit(1_000).offset(most).execute();
  return rows.map(({ id }) => id);
};
/** Ids of the credentials that were given for a join token, of one instance or of all, beyond the newest `most`; the oldest first. */
export const listExcessCredentials = async (
  db: Db,
  joinToken: string,
  { instance, most }: { readonly instance: string | null; readonly most: number },
): Promise<string[]> => {
  const given = db
    .selectFrom("tokens")
    .select("id")
    .where("joined_with", "=", joinToken)
    .where("revoked_ms", "is", null);
  const meant = instance === null ? given : given.where("instance", "=", instance);
  const rows = await meant.orderBy("created_ms", "desc").orderBy("id").limit(100_000).offset(most).execute();
  return rows.map(({ id }) => id).reverse();
};
/** A credential's row; nothing else names it. */
export const deleteCredential = async (db: Db, id: string): Promise<void> => {
  await db.deleteFrom("tokens").where("id", "=", id).where("joined_with", "is not", null).execute();
};
