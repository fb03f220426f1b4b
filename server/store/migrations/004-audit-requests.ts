/** Request id of an audit record, to find the request in the log of the server and of any proxy in front. */
import type { Kysely, Migration } from "kysely";

export const auditRequests: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("audit").addColumn("request", "text").execute();
  },
};
