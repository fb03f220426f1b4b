/** Leader, gate, claims, documents, schedules, tokens, audit and webhooks; and the columns of a run's row for these. */
import type { Kysely, Migration } from "kysely";

const coordination = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable("leader")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("epoch", "integer", (column) => column.notNull())
    .addColumn("holder", "text")
    .addColumn("url", "text")
    .addColumn("beat", "integer", (column) => column.notNull())
    .addColumn("expires_ms", "bigint")
    .execute();
  await db.schema
    .createTable("gate")
    .addColumn("id", "integer", (column) => column.primaryKey())
    .addColumn("halted_reason", "text")
    .addColumn("halted_by", "text")
    .addColumn("halted_ms", "bigint")
    .execute();
  await db.schema
    .createTable("claims")
    .addColumn("resource", "text", (column) => column.notNull())
    .addColumn("run", "text", (column) => column.notNull())
    .addColumn("mode", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("claims_of_runs", ["resource", "run"])
    .execute();
  await db.schema
    .createIndex("claims_alone")
    .unique()
    .on("claims")
    .column("resource")
    .where("mode" as never, "=", "exclusive")
    .execute();
  await db.schema.createIndex("claims_by_run").on("claims").column("run").execute();
};

const documents = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable("documents")
    .addColumn("kind", "text", (column) => column.notNull())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("version", "bigint", (column) => column.notNull())
    .addColumn("content", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("applied_by", "text", (column) => column.notNull())
    .addColumn("applied_ms", "bigint", (column) => column.notNull())
    .addColumn("deleted", "integer", (column) => column.notNull())
    .addPrimaryKeyConstraint("document_versions", ["kind", "name", "version"])
    .execute();
  await db.schema
    .createTable("instants")
    .addColumn("schedule", "text", (column) => column.notNull())
    .addColumn("instant_ms", "bigint", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("reason", "text", (column) => column.notNull().defaultTo(""))
    .addColumn("run", "text")
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("reacted", "integer", (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint("instant_once", ["schedule", "instant_ms"])
    .execute();
  await db.schema.createIndex("instants_open").on("instants").columns(["reacted", "run"]).execute();
  await db.schema
    .createTable("schedule_states")
    .addColumn("schedule", "text", (column) => column.primaryKey())
    .addColumn("paused_reason", "text")
    .addColumn("paused_by", "text")
    .addColumn("paused_ms", "bigint")
    .addColumn("considered_ms", "bigint")
    .addColumn("retries_left", "integer")
    .addColumn("retry_ms", "bigint")
    .execute();
};

const access = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable("tokens")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("hash", "text", (column) => column.notNull().unique())
    .addColumn("service", "text")
    .addColumn("edges", "text")
    .addColumn("instance", "text")
    .addColumn("parent", "text")
    .addColumn("created_by", "text", (column) => column.notNull())
    .addColumn("created_ms", "bigint", (column) => column.notNull())
    .addColumn("expires_ms", "bigint")
    .addColumn("revoked_ms", "bigint")
    .addColumn("last_used_ms", "bigint")
    .execute();
  await db.schema
    .createTable("audit")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addColumn("principal", "text", (column) => column.notNull())
    .addColumn("role", "text", (column) => column.notNull())
    .addColumn("action", "text", (column) => column.notNull())
    .addColumn("target", "text", (column) => column.notNull())
    .addColumn("outcome", "text", (column) => column.notNull())
    .addColumn("detail", "text", (column) => column.notNull())
    .execute();
  await db.schema
    .createTable("starts")
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("principal", "text", (column) => column.notNull())
    .addColumn("body_digest", "text", (column) => column.notNull())
    .addColumn("run", "text", (column) => column.notNull())
    .addColumn("at_ms", "bigint", (column) => column.notNull())
    .addPrimaryKeyConstraint("start_once", ["principal", "key"])
    .execute();
  await db.schema.createIndex("starts_by_time").on("starts").column("at_ms").execute();
};

const outbox = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema
    .createTable("deliveries")
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("webhook", "text", (column) => column.notNull())
    .addColumn("event", "text", (column) => column.notNull())
    .addColumn("body", "text", (column) => column.notNull())
    .addColumn("attempts", "integer", (column) => column.notNull())
    .addColumn("next_ms", "bigint", (column) => column.notNull())
    .addColumn("done_ms", "bigint")
    .addColumn("problem", "text")
    .execute();
  await db.schema.createIndex("deliveries_due").on("deliveries").columns(["done_ms", "next_ms"]).execute();
};

/** SQLite adds a single column per statement. */
const runs = async (db: Kysely<unknown>): Promise<void> => {
  const add = () => db.schema.alterTable("runs");
  await add().addColumn("epoch", "integer").execute();
  await add()
    .addColumn("labels", "text", (column) => column.notNull().defaultTo("{}"))
    .execute();
  await add().addColumn("schedule", "text").execute();
  await add().addColumn("version", "bigint").execute();
  await add().addColumn("started_by", "text").execute();
  await add()
    .addColumn("priority", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await add().addColumn("queued_ms", "bigint").execute();
  await add()
    .addColumn("forgotten", "integer", (column) => column.notNull().defaultTo(0))
    .execute();
  await db.schema
    .createTable("run_labels")
    .addColumn("run", "text", (column) => column.notNull())
    .addColumn("key", "text", (column) => column.notNull())
    .addColumn("value", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("label_once", ["run", "key"])
    .execute();
  await db.schema.createIndex("runs_by_label").on("run_labels").columns(["key", "value", "run"]).execute();
  await db.schema.createIndex("runs_by_time").on("runs").columns(["started_ms", "id"]).execute();
  await db.schema.createIndex("runs_by_experiment").on("runs").columns(["experiment", "started_ms", "id"]).execute();
  await db.schema.createIndex("runs_by_schedule").on("runs").columns(["schedule", "started_ms", "id"]).execute();
  await db.schema.createIndex("runs_unfinished").on("runs").columns(["closed", "started_ms"]).execute();
};

interface SingleRows {
  meta: { key: string; value: string };
  leader: { id: number; epoch: number; holder: null; url: null; beat: number; expires_ms: null };
  gate: { id: number; halted_reason: null };
}
/** Single rows. The epoch goes on from the counter in `meta`. */
const singles = async (db: Kysely<SingleRows>): Promise<void> => {
  const counter = await db.selectFrom("meta").select("value").where("key", "=", "epoch").executeTakeFirst();
  const epoch = Number(counter?.value ?? 0);
  await db.insertInto("leader").values({ id: 1, epoch, holder: null, url: null, beat: 0, expires_ms: null }).execute();
  await db.deleteFrom("meta").where("key", "=", "epoch").execute();
  await db.insertInto("gate").values({ id: 1, halted_reason: null }).execute();
};

export const controlPlane: Migration = {
  async up(db: Kysely<unknown>) {
    await coordination(db);
    await documents(db);
    await access(db);
    await outbox(db);
    await runs(db);
    await singles(db as Kysely<SingleRows>);
  },
};
