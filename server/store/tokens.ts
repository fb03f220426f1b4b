/** Tokens for access, by the hash of the secret. A revoked token stays, for the audit log names it. */
import type { Insertable, Selectable } from "kysely";
import { asEdgeId, type EdgeId, type Instance } from "../../experiments/model/names.ts";
import type { Db, Schema } from "./schema.ts";

export type TokenRow = Selectable<Schema["tokens"]>;
/** Edges that a token is bound to; null: all. */
export const edgesOfToken = ({ edges }: Pick<TokenRow, "edges">): EdgeId[] | null =>
  edges === null ? null : (JSON.parse(edges) as string[]).map(asEdgeId);

export const insertToken = async (db: Db, row: Insertable<Schema["tokens"]>): Promise<void> => {
  await db.insertInto("tokens").values(row).execute();
};
/** Tokens by the hashes of the secrets; expired and revoked tokens too: the caller must check. */
export const findTokensByHash = (db: Db, hashes: readonly string[]): Promise<TokenRow[]> =>
  db.selectFrom("tokens").selectAll().where("hash", "in", hashes).execute();
export const findToken = (db: Db, id: string): Promise<TokenRow | undefined> =>
  db.selectFrom("tokens").selectAll().where("id", "=", id).executeTakeFirst();
/** Tokens, newest first, revoked tokens included. */
export const listTokens = (db: Db): Promise<TokenRow[]> =>
  db.selectFrom("tokens").selectAll().orderBy("created_ms", "desc").orderBy("id").execute();
/** Revokes a token; false: absent, or revoked before. */
export const revokeToken = async (db: Db, id: string, atMs: number): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable("tokens")
    .set({ revoked_ms: atMs })
    .where("id", "=", id)
    .where("revoked_ms", "is", null)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
};
/** Advances the time of last use, which never moves back, whatever order the servers write in. */
export const touchToken = async (db: Db, id: string, atMs: number): Promise<void> => {
  await db
    .updateTable("tokens")
    .set({ last_used_ms: atMs })
    .where("id", "=", id)
    .where((row) => row.or([row("last_used_ms", "is", null), row("last_used_ms", "<", atMs)]))
    .execute();
};
/** Deletes sessions that ended before `endedMs` (Unix ms) and will not be asked for again. */
export const deleteExpiredSessions = async (db: Db, endedMs: number): Promise<void> => {
  await db.deleteFrom("tokens").where("parent", "is not", null).where("expires_ms", "<", endedMs).execute();
};
/** Deletes a session by id; false: absent. */
export const deleteSession = async (db: Db, id: string): Promise<boolean> => {
  const { numDeletedRows } = await db
    .deleteFrom("tokens")
    .where("id", "=", id)
    .where("parent", "is not", null)
    .executeTakeFirst();
  return numDeletedRows === 1n;
};
/** Ids of a token's sessions beyond the newest `most`. */
export const listExcessSessions = async (db: Db, parent: string, most: number): Promise<string[]> => {
  const sessions = db.selectFrom("tokens").select("id").where("parent", "=", parent);
  const rows = await sessions.orderBy("created_ms", "desc").orderBy("id").limit(1_000).offset(most).execute();
  return rows.map(({ id }) => id);
};
/**
 * Ids of the credentials given for a join token, of a given instance or of all, beyond the newest `most`; the oldest
 * first.
 */
export const listExcessCredentials = async (
  db: Db,
  joinToken: string,
  { instance, most }: { readonly instance: Instance | null; readonly most: number },
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
/** Deletes a credential's row, which no other row refers to. */
export const deleteCredential = async (db: Db, id: string): Promise<void> => {
  await db.deleteFrom("tokens").where("id", "=", id).where("joined_with", "is not", null).execute();
};
