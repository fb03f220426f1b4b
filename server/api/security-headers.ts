/** Security headers of every answer. */
import type { FastifyInstance } from "fastify";
import { READS } from "./methods.ts";

/** An answer of the API is data: a browser that is made to show an answer must load, run and frame no content. */
export const HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};
/** Two years, RFC 6797. */
const STRICT_TRANSPORT = { "strict-transport-security": "max-age=63072000" };

export const addSecurityHeaders = (app: FastifyInstance, isSecure: boolean): void => {
  const always = isSecure ? { ...HEADERS, ...STRICT_TRANSPORT } : HEADERS;
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(always);
  });
  app.addHook("onSend", async (request, reply) => {
    if (reply.hasHeader("cache-control")) return;
    // An answer with a tag may be kept for revalidation; every other answer must leave no trace in a cache.
    const isTagged = READS.has(request.method) && reply.statusCode === 200;
    reply.header("cache-control", isTagged ? "private, no-cache" : "no-store");
  });
};
