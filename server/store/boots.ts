/** Agent processes that servers of this database met, each with the credential used to connect. */
import type { Selectable } from "kysely";
import type { AgentBoot } from "../../experiments/model/names.ts";
import type { Db, Schema } from "./schema.ts";

export type BootRow = Selectable<Schema["boots"]>;

/** Rows per statement: a statement has room for 32,766 values. */
const PIECE = 1_000;
/** Inserts boots, each once in `rows`. For a boot on record only the credential and the service change. */
export const upsertBoots = async (db: Db, rows: readonly BootRow[]): Promise<void> => {
  for (let from = 0; from < rows.length; from += PIECE)
    await db
      .insertInto("boots")
      .values(rows.slice(from, from + PIECE))
      .onConflict((conflict) =>
        conflict.column("boot").doUpdateSet((row) => ({
          service: row.ref("excluded.service"),
          credential: row.ref("excluded.credential"),
        })),
      )
      .execute();
};
export const findBoot = (db: Db, boot: AgentBoot): Promise<BootRow | undefined> =>
  db.selectFrom("boots").selectAll().where("boot", "=", boot).executeTakeFirst();

export const deleteBoots = async (db: Db, boots: readonly AgentBoot[]): Promise<void> => {
  for (let from = 0; from < boots.length; from += PIECE)
    await db
      .deleteFrom("boots")
      .where("boot", "in", boots.slice(from, from + PIECE))
      .execute();
};
/** Recorded boot, with the token that the credential names. */
export interface RecordedBoot extends Pick<BootRow, "boot" | "instance" | "service"> {
  readonly credential: string;
  /** `isRevoked`: by itself, or with the join token that it was exchanged for. null: no such token. */
  readonly token: { readonly expiresMs: number | null; readonly isRevoked: boolean } | null;
}
/** Lists all boots, the oldest first; boots from before credentials were recorded are left out. */
export const listBoots = async (db: Db): Promise<RecordedBoot[]> => {
  const rows = await db
    .selectFrom("boots")
    .leftJoin("tokens", "tokens.id", "boots.credential")
    .leftJoin("tokens as join_tokens", "join_tokens.id", "tokens.joined_with")
    .select(["boots.boot", "boots.instance", "boots.service", "boots.credential", "tokens.id"])
    .select(["tokens.expires_ms", "tokens.revoked_ms", "join_tokens.revoked_ms as join_revoked_ms"])
    .where("boots.credential", "is not", null)
    .orderBy("boots.met_ms")
    .orderBy("boots.boot")
    .execute();
  return rows.map(({ boot, instance, service, credential, id, expires_ms, revoked_ms, join_revoked_ms }) => {
    const isRevoked = revoked_ms !== null || join_revoked_ms !== null;
    const token = id === null ? null : { expiresMs: expires_ms, isRevoked };
    return { boot, instance, service, credential: credential!, token };
  });
};
