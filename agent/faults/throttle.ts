import type { Answer } from "../http1/message.ts";
import { type Behaviours, PASS, type Reply } from "./behaviour.ts";
import { TokenBucket } from "./token-bucket.ts";

/** Throttle: the agent answers requests above the rate; requests within the rate are not touched. */
export const throttle: Behaviours["throttle"] = ({ rate, burst, status, retryAfter }) => {
  const bucket = new TokenBucket(rate, burst ?? Math.max(1, Math.ceil(rate)));
  const headers = { "retry-after": String(Math.ceil(retryAfter / 1_000)) };
  const answer: Answer = { status, headers, body: new Uint8Array() };
  const refuse = (nowMs: number): Reply => ({ do: "answer", answer, atMs: nowMs });
  return { begin: () => ({ request: { head: (_, nowMs) => (bucket.take(1, nowMs) ? PASS : refuse(nowMs)) } }) };
};
