/** ETags (RFC 9110, 8.8): a client with the current content gets 304, and a write can name the version edited. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { READS } from "./methods.ts";

/** ETag of a name that stands for exactly one content, such as a digest. */
export const etagOf = (content: string): string => `"${content}"`;

/**
 * Tags of an If-Match or If-None-Match; null: any (`*`). Weak tags compare like strong tags; all tags of this server
 * are strong.
 */
export const parseEtags = (header: string): readonly string[] | null =>
  header.trim() === "*" ? null : header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));

const matches = (header: string | undefined, tag: string): boolean => {
  if (header === undefined) return false;
  const tags = parseEtags(header);
  return tags === null || tags.includes(tag);
};

/**
 * Adds an ETag to every successful JSON answer to a read: a hash of the content, unless the handler set a better tag.
 */
export const addEtags = (app: FastifyInstance): void => {
  app.addHook("onSend", async (request, reply, payload) => {
    if (!READS.has(request.method) || reply.statusCode !== 200 || typeof payload !== "string") return payload;
    const given = reply.getHeader("etag");
    const tag = typeof given === "string" ? given : etagOf(createHash("sha256").update(payload).digest("base64url"));
    reply.header("etag", tag);
    if (!matches(request.headers["if-none-match"], tag)) return payload;
    reply.code(304).removeHeader("content-type").removeHeader("content-length");
    return null;
  });
};
