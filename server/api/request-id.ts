/** Request ids: answer, log and audit of a request bear the same id, the client's own or a new one. */
import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyInstance } from "fastify";

export const REQUEST_ID = "x-request-id";
/** Hex, UUIDs and what proxies make of them; nothing that a log or a header would have to escape. */
const WELL_FORMED = /^[A-Za-z0-9][A-Za-z0-9._:+/=@~-]{0,127}$/;
/** W3C Trace Context, 3.2: version, trace id, parent id, flags. A later version may have more behind them. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

const traceIdIn = (header: string): string | null => {
  const [, version, traceId, more] = TRACEPARENT.exec(header) ?? [];
  return traceId === undefined || (version === "00" && more !== undefined) ? null : traceId;
};

/** `X-Request-Id`, else the trace id of `traceparent`; whatever is not well-formed is passed over, and a new one made. */
export const requestIdOf = ({ [REQUEST_ID]: given, traceparent }: IncomingHttpHeaders): string => {
  if (typeof given === "string" && WELL_FORMED.test(given)) return given;
  return (typeof traceparent === "string" ? traceIdIn(traceparent) : null) ?? randomUUID();
};

/** Every answer says its request's id, whatever it is. */
export const answerRequestIds = (app: FastifyInstance): void => {
  app.addHook("onRequest", async (request, reply) => {
    reply.header(REQUEST_ID, request.id);
  });
};
