/**
 * Body parser of the two routes that stop faults: takes any body, since no typing error may keep a fault on. The
 * content type is ignored, a body that is no JSON is read as a form or as the reason, and the rest of a long or slow
 * body is not awaited.
 */
import type { FastifyInstance } from "fastify";
import type { Clock } from "../clock.ts";
import { LONGEST_REASON } from "../contract/words.ts";

/** A reason takes 2 KB at most; the rest of a longer body is not waited for. */
const MAX_BYTES = 64 * 1024;
const BODY_MS = 1_000;

/** Form body `reason=…&latch=false`, as sent by `curl -d`. */
const FORM = /^(reason|because|recover|latch)=/;
const formOf = (text: string): Readonly<Record<string, unknown>> => {
  const words: Readonly<Record<string, boolean>> = { true: true, false: false };
  return Object.fromEntries([...new URLSearchParams(text)].map(([name, value]) => [name, words[value] ?? value]));
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: just those are meant
const UNPRINTABLE = /[\x00-\x1f\x7f\ufffd]+/g;

/** Parses a body as JSON, a form, or a text, by appearance. */
export const parseHaltBody = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    if (FORM.test(text)) return formOf(text);
    return { reason: text.replace(UNPRINTABLE, " ").trim().slice(0, LONGEST_REASON) };
  }
};

/** Accepts any body on the routes of `app` alone. */
export const acceptAnyBody = (app: FastifyInstance, clock: Clock): void => {
  app.removeAllContentTypeParsers();
  app.addHook("onRequest", (request, _reply, done) => {
    // A malformed content type would be refused before any parser sees the body.
    delete request.raw.headers["content-type"];
    done();
  });
  app.addContentTypeParser("*", (_request, body, done) => {
    const parts: Buffer[] = [];
    let bytes = 0;
    const finish = () => {
      alarm.cancel();
      body.off("data", take).off("end", finish).off("close", finish);
      body.on("error", () => {}).resume();
      done(null, parseHaltBody(Buffer.concat(parts).toString("utf8")));
    };
    const take = (part: Buffer) => {
      parts.push(part);
      bytes += part.length;
      if (bytes > MAX_BYTES) finish();
    };
    const alarm = clock.wake(clock.nowMs() + BODY_MS, finish);
    body.on("data", take).once("end", finish).once("close", finish).once("error", finish);
  });
};
