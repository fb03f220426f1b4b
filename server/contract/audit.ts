import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instant, next, page, text } from "./words.ts";

/** Audit record of a write, done or refused. */
export const auditRecord = z
  .object({
    id: z.string(),
    at: instant,
    principal: z.string(),
    role: z.string(),
    action: z.string().describe("The route: `POST /api/v1/halt`."),
    target: z.string().describe("What it was done to: the path of the request."),
    outcome: z.string().describe("`ok`, or the code of the error."),
    detail: z.string(),
    request: z.string().nullable().describe("Its `X-Request-Id`; null: the server did it by itself."),
  })
  .meta({ id: "AuditRecord" });
export type AuditRecord = Frozen<z.output<typeof auditRecord>>;

export const audit = {
  "GET /api/v1/audit": {
    operation: "listAudit",
    summary: "Lists the audit log: principal, write and time, newest first",
    query: z.strictObject({
      ...page.shape,
      principal: text(200).optional(),
      action: text(200).optional(),
      since: instant.optional(),
      until: instant.optional(),
    }),
    reply: z.object({ records: z.array(auditRecord), next }),
  },
} as const satisfies Record<string, Route>;
