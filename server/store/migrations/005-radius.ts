/** Measured blast radius of a run in counts, so that lists show the radius without folding a journal. */
import type { Kysely, Migration } from "kysely";

export const radius: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("runs").addColumn("radius", "text").execute();
  },
};
