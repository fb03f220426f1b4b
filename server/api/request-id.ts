/** Request ids: answer, log and audit of a request bear the same id, the client's or a new id. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

export const REQUEST_ID = "x-request-id";
/** Hex, UUIDs and the forms that proxies use; no characters that a log or a header would have to escape. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._:+/=@~-]{0,127}$/;
/** W3C Trace Context, 3.2: version, trace id, parent id, flags. A later version may append fields. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

const traceIdIn = (header: string): string | null => {
  const [, version, traceId, more] = TRACEPARENT.exec(header) ?? [];
  return traceId === undefined || (version === "00" && more !== undefined) ? null : traceId;
};

/** `X-Request-Id`, else the trace id of `traceparent`; a malformed id is ignored, and a new id made. */
export const requestIdOf = ({ [REQUEST_ID]: given, traceparent }: IncomingHttpHeaders): string => {
  if (typeof given === "string" && WELL_FORMED.test(given)) return given;
  return (typeof traceparent === "string" ? traceIdIn(traceparent) : null) ?? randomUUID();
};

/** Adds the request's id to every answer. */
export const answerRequestIds = (app: FastifyInstance): void => {
  app.addHook("onRequest", async (request, reply) => {
    reply.header(REQUEST_ID, request.id);
  });
};
