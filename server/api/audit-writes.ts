/** Audit log: every write attempted by a known principal, done or refused, is recorded before the answer. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { DEFAULT_NAMESPACE } from "../../experiments/model/notation/document-name.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { insertAudit } from "../store/audit.ts";
import type { Db } from "../store/schema.ts";
import { READS } from "./methods.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Error code of the answer, for the audit log; null: success. */
    failure: string | null;
    /** Detail for the audit log, beyond principal, action and target. */
    note: string;
  }
  interface FastifyContextConfig {
    /** True when the route is audited; default: every method except reads and OPTIONS. */
    readonly audited?: boolean;
  }
}
const LONGEST = 500;

const isAudited = ({ method, credential, routeOptions }: FastifyRequest): boolean =>
  credential !== null &&
  routeOptions.url !== undefined &&
  (routeOptions.config.audited ?? !(READS.has(method) || method === "OPTIONS"));

/** Path of the request, with the namespace of the document that the path names, as a client would send both. */
const targetOf = ({ url, query }: FastifyRequest): string => {
  const [path] = url.split("?", 1);
  const { namespace = DEFAULT_NAMESPACE } = (query ?? {}) as { readonly namespace?: unknown };
  if (namespace === DEFAULT_NAMESPACE || typeof namespace !== "string") return path!;
  return `${path}?namespace=${encodeURIComponent(namespace)}`;
};

const rowOf = (request: FastifyRequest, atMs: number) => {
  const { name, role } = request.credential!.principal;
  return {
    at_ms: atMs,
    ...{ principal: name, role },
    action: `${request.method} ${request.routeOptions.url}`,
    target: targetOf(request).slice(0, LONGEST),
    outcome: request.failure ?? "ok",
    detail: request.note.slice(0, LONGEST),
    request: request.id,
  };
};

export const auditWrites = (app: FastifyInstance, clock: Clock, db: Db, log: Log): void => {
  app.decorateRequest("failure", null);
  app.decorateRequest("note", "");
  app.addHook("onSend", async (request) => {
    if (!isAudited(request)) return;
    const row = rowOf(request, clock.wallMs());
    const { principal, action, target, outcome, detail } = row;
    const about = { request: row.request, principal, action, target };
    log.info("audit", { ...about, outcome, ...(detail === "" ? {} : { detail }) });
    const written = insertAudit(db, row).catch((error: Error) =>
      log.error(`a write could not be put into the audit log: ${error.message}`, about),
    );
    // A client that stops a fault waits for no database.
    if (request.routeOptions.config.urgent !== true) await written;
  });
};
