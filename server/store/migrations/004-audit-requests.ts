/** Which request an audit record is of, to be found in the log of the server and of whatever stands in front of it. */
import type { Kysely, Migration } from "kysely";

export const auditRequests: Migration = {
  async up(db: Kysely<unknown>) {
    await db.schema.alterTable("audit").addColumn("request", "text").execute();
  },
};
