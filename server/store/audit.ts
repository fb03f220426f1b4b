/** Audit log: a row with principal, action and outcome for each attempted write. Only retention deletes rows. */
import { randomBytes } from "node:crypto";
import type { Insertable, Selectable } from "kysely";
import type { Db, Schema } from "./schema.ts";

export type AuditRow = Selectable<Schema["audit"]>;

/** Id of fifteen digits of Unix milliseconds and a random part: unique over all servers, and ordered by time. */
export const timedId = (atMs: number): string =>
  `${String(Math.trunc(atMs)).padStart(15, "0")}-${randomBytes(6).toString("hex")}`;

export const insertAudit = async (db: Db, row: Omit<Insertable<Schema["audit"]>, "id">): Promise<string> => {
  const id = timedId(row.at_ms);
  await db
    .insertInto("audit")
    .values({ ...row, id })
    .execute();
  return id;
};

export interface AuditQuery {
  readonly limit: number;
  /** Id of the last row that the client has seen. */
  readonly before?: string;
  readonly principal?: string;
  readonly action?: string;
  readonly target?: string;
  /** Earliest time, Unix ms, inclusive. */
  readonly since?: number;
  /** Latest time, Unix ms, exclusive. */
  readonly until?: number;
}
/** Lists audit rows, newest first. */
export const listAudit = (db: Db, query: AuditQuery): Promise<AuditRow[]> => {
  const { limit, before, principal, action, target, since, until } = query;
  return db
    .selectFrom("audit")
    .selectAll()
    .$if(before !== undefined, (rows) => rows.where("id", "<", before!))
    .$if(principal !== undefined, (rows) => rows.where("principal", "=", principal!))
    .$if(action !== undefined, (rows) => rows.where("action", "=", action!))
    .$if(target !== undefined, (rows) => rows.where("target", "=", target!))
    .$if(since !== undefined, (rows) => rows.where("at_ms", ">=", since!))
    .$if(until !== undefined, (rows) => rows.where("at_ms", "<", until!))
    .orderBy("id", "desc")
    .limit(limit)
    .execute();
};
