/** Whose word counts for an agent process: the credential that it came with. */
import type { Kysely, Migration } from "kysely";

export const bootHolders: Migration = {
  async up(db: Kysely<unknown>) {
    const add = () => db.schema.alterTable("boots");
    await add().addColumn("service", "text").execute();
    await add().addColumn("credential", "text").execute();
    await add()
      .addColumn("met_ms", "bigint", (column) => column.notNull().defaultTo(0))
      .execute();
  },
};
