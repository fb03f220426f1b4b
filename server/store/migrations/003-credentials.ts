/** Credential that may speak for an agent process, and the join token that the credential was given for. */
import type { Kysely, Migration } from "kysely";

export const credentials: Migration = {
  async up(db: Kysely<unknown>) {
    const add = () => db.schema.alterTable("boots");
    await add().addColumn("service", "text").execute();
    await add().addColumn("credential", "text").execute();
    await add()
      .addColumn("met_ms", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable("tokens").addColumn("joined_with", "text").execute();
    await db.schema.createIndex("tokens_by_join").on("tokens").columns(["joined_with", "created_ms"]).execute();
    await db.schema.createIndex("tokens_by_parent").on("tokens").columns(["parent", "created_ms"]).execute();
  },
};
