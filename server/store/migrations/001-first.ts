/** Runs, journals, and the agent processes that took part. */
import type { Kysely, Migration } from "kysely";

export const first: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema
      .createTable("meta")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("runs")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("experiment", "text", (column) => column.notNull())
      .addColumn("file", "text")
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("verdict", "text")
      .addColumn("because", "text")
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("seed", "bigint", (column) => column.notNull())
      .addColumn("started_ms", "bigint", (column) => column.notNull())
      .addColumn("duration_ms", "bigint", (column) => column.notNull())
      .addColumn("closed", "integer", (column) => column.notNull())
      .execute();
    await db.schema
      .createTable("journal")
      .addColumn("run", "text", (column) => column.notNull().references("runs.id"))
      .addColumn("sequence", "integer", (column) => column.notNull())
      .addColumn("wall_ms", "bigint", (column) => column.notNull())
      .addColumn("entry", "text", (column) => column.notNull())
      .addColumn("hash", "text", (column) => column.notNull())
      .addPrimaryKeyConstraint("journal_order", ["run", "sequence"])
      .execute();
    await db.schema
      .createTable("boots")
      .addColumn("boot", "text", (column) => column.primaryKey())
      .addColumn("instance", "text", (column) => column.notNull())
      .addColumn("pid", "integer", (column) => column.notNull())
      .addColumn("pid_started", "text")
      .addColumn("machine_boot", "text")
      .execute();
  },
};
