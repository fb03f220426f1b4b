/** ETags (RFC 9110, 8.8): whoever has what is there already is told so, and a write can name what it was made from. */
import { createHash } from "node:crypto";
import type { FastifyInstance } from "fastify";
import { READS } from "./methods.ts";

/** Of a name that stands for one content, such as its digest. */
export const etagOf = (content: string): string => `"${content}"`;

/** The tags of an If-Match or If-None-Match; null: any (`*`). Weak ones are compared like strong ones, which ours all are. */
export const parseEtags = (header: string): readonly string[] | null =>
  header.trim() === "*" ? null : header.split(",").map((tag) => tag.trim().replace(/^W\//, ""));

const matches = (header: string | undefined, tag: string): boolean => {
  if (header === undefined) return false;
  const tags = parseEtags(header);
  return tags === null || tags.includes(tag);
};

/** Every JSON answer to a read that is no error: by its content, unless the handler knew a better name for it. */
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
