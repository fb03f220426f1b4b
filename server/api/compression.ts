/**
 * gzip (RFC 9110, 8.4) for large answers that are read at once: lists, journals, the dashboard's files, a backup. Never
 * for events and other streams of progress, which would wait in the compressor.
 */
import { pipeline, type Readable } from "node:stream";
import { promisify } from "node:util";
import { createGzip, gzip } from "node:zlib";
import type { FastifyInstance, FastifyReply } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** True for a stream that is read to the end at once. */
    readonly isBulk?: boolean;
  }
}
/** Smallest answer to compress: below that the headers of a packet cost more than the saving. */
const SMALLEST_BYTES = 2_048;
const TEXTS = /^(text\/(?!event-stream)|application\/(json|javascript|xml|sarif\+json)|image\/svg)/;
const zip = promisify(gzip);

/** RFC 9110, 12.5.3: gzip named explicitly or by `*`, and not with the weight 0. */
export const takesGzip = (header: string | string[] | undefined): boolean => {
  const weights = new Map(
    String(header ?? "")
      .split(",")
      .map((part): [string, number] => {
        const [coding = "", ...parameters] = part.split(";").map((word) => word.trim().toLowerCase());
        const weight = parameters.find((parameter) => parameter.startsWith("q="));
        return [coding, weight === undefined ? 1 : Number(weight.slice(2))];
      }),
  );
  return (weights.get("gzip") ?? weights.get("x-gzip") ?? weights.get("*") ?? 0) > 0;
};

const isStream = (payload: unknown): payload is Readable =>
  typeof payload === "object" && payload !== null && "pipe" in payload;
/**
 * Weakens the tag: compressed bytes differ and mean the same, and a strong tag would name both forms (RFC 9110, 8.8.1).
 */
const tellGzip = (reply: FastifyReply): void => {
  const tag = reply.getHeader("etag");
  if (typeof tag === "string" && !tag.startsWith("W/")) reply.header("etag", `W/${tag}`);
  reply.header("content-encoding", "gzip").removeHeader("content-length").removeHeader("accept-ranges");
};

export const compressResponses = (app: FastifyInstance): void => {
  app.addHook("onSend", async (request, reply, payload) => {
    const { isBulk = false } = request.routeOptions.config;
    const isText = TEXTS.test(String(reply.getHeader("content-type") ?? ""));
    if (!(isText || isBulk) || payload === null || payload === undefined) return payload;
    reply.header("vary", "accept-encoding");
    if (!takesGzip(request.headers["accept-encoding"]) || request.method === "HEAD") return payload;
    if (typeof payload === "string") {
      if (payload.length < SMALLEST_BYTES) return payload;
      const zipped = await zip(payload);
      tellGzip(reply);
      return zipped;
    }
    const isShort = Number(reply.getHeader("content-length") ?? Number.POSITIVE_INFINITY) < SMALLEST_BYTES;
    if (!isStream(payload) || reply.statusCode !== 200 || isShort) return payload;
    tellGzip(reply);
    // An error of the source ends the answer in the middle, as without compression: a reader sees the cut.
    return pipeline(payload, createGzip(), () => {});
  });
};
