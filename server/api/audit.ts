import type { AuditRecord } from "../contract/index.ts";
import { type AuditRow, listAudit as readAudit } from "../store/audit.ts";
import type { Handler } from "./context.ts";
import { readCursor, writeCursor } from "./paging.ts";
import { iso, msOf } from "./times.ts";

const viewOf = ({ id, at_ms, principal, role, action, target, outcome, detail, request }: AuditRow): AuditRecord => ({
  ...{ id, at: iso(at_ms), principal, role, action, target, outcome, detail, request },
});
export const listAudit: Handler<"GET /api/v1/audit"> = async ({ store }, { query }) => {
  const { limit, cursor, principal, action, since, until } = query;
  const rows = await readAudit(store.db, {
    limit: limit + 1,
    ...(cursor === undefined ? {} : { before: readCursor(cursor) }),
    ...(principal === undefined ? {} : { principal }),
    ...(action === undefined ? {} : { action }),
    ...(since === undefined ? {} : { since: msOf(since) }),
    ...(until === undefined ? {} : { until: msOf(until) }),
  });
  const page = rows.slice(0, limit);
  return { records: page.map(viewOf), next: rows.length > limit ? writeCursor(page.at(-1)!.id) : null };
};
