import {
  type Behaviours,
  type Chunk,
  type Later,
  later,
  PASS,
  type Pass,
  type Split,
  type Treatment,
} from "./behaviour.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * Largest burst, as time at the given rate: bytes for this long leave at once at most, and an idle time is credited
 * with as much again: 100 ms together.
 */
const QUANTUM_MS = 50;

type Meter = (chunk: Chunk) => Pass | Later | Split;
const STALL: Meter = () => later(Number.POSITIVE_INFINITY);

export const bandwidth: Behaviours["bandwidth"] = ({ rate, per, direction }) => {
  const quantum = Math.max(1, Math.floor((rate * QUANTUM_MS) / 1_000));
  const lane = () => new TokenBucket(rate, quantum);
  /**
   * Meter of a single stream on a lane: the stream pays for a quantum at a time, so that streams sharing the lane take
   * turns.
   */
  const meter = (bucket: TokenBucket): Meter => {
    let paid = 0;
    return ({ bytes, atMs }) => {
      let leaving = Math.min(paid, bytes.length);
      paid = 0;
      while (leaving < bytes.length) {
        const next = Math.min(bytes.length - leaving, quantum);
        const paidAtMs = bucket.claim(next, atMs);
        if (paidAtMs > atMs) {
          paid = next;
          return { do: "split", bytes: leaving, restAtMs: paidAtMs };
        }
        leaving += next;
      }
      return PASS;
    };
  };
  const shared = rate === 0 ? null : { request: lane(), response: lane() };
  const data = (way: "request" | "response"): Meter =>
    shared === null ? STALL : meter(per === "edge" ? shared[way] : lane());
  const treat = (): Treatment => ({
    ...(direction !== "response" && { request: { data: data("request") } }),
    ...(direction !== "request" && { response: { data: data("response") } }),
  });
  return { begin: treat, join: treat };
};
