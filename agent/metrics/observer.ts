/** Observer of an edge's exchanges: `agent/splice` reports each begin and end, independent of the counting code. */

import type { Resource } from "../../experiments/model/evidence/receipt.ts";
import type { RequestView } from "../../experiments/model/match/match.ts";

/** Watches that matched an exchange at the begin, with the state needed at the end. */
export interface WatchedExchange {
  /**
   * True when a fault has acted on the exchange by now. null: not known until `agent/splice` knows the exchange's
   * carrier.
   */
  isTreated: (() => boolean) | null;
  /** Time of the caller's FIN; the caller may be gone or wait for the answer. null: no FIN. Absent: unknown. */
  callerEndedMs?: () => number | null;
}

/** Exhausted resource of the agent, as the code of the refusal. */
export type ExhaustionCode = `agent-${Resource}`;
/** Exhausted resource behind a connection error; null: the error is the callee's or the network's. */
export const exhaustionOf = (code: string | undefined): ExhaustionCode | null =>
  code === "ports" ? "agent-ports" : code === "descriptors" ? "agent-descriptors" : null;
/** Exhausted resource behind a refusal with this code; null: the refusal has another reason. */
export const exhaustedResource = (code: string): Resource | null =>
  code === "agent-ports" ? "ports" : code === "agent-descriptors" ? "descriptors" : null;
export const EXHAUSTIONS: Readonly<Record<ExhaustionCode, string>> = {
  "agent-ports": "the agent's machine has no port left for another connection to this endpoint",
  "agent-descriptors": "the agent has no file descriptors left for another connection of this edge",
};
/** Outcome of an exchange. TCP: a connection is the exchange, `status` is 0 and `request` was null. */
export interface Outcome {
  readonly treated: boolean;
  readonly startedMs: number;
  readonly endedMs: number;
  /** Answer's status; 0: no answer came. */
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** `cut`: the callee sent FIN before the answer was whole; `reset`: RST instead, or a cut by a fault. */
  readonly end: "clean" | "cut" | "reset" | "timeout";
  /** Duration of the dial (TCP). */
  readonly connectMs?: number;
  /** True when the caller went away before the answer was whole; `endedMs` is the time of leaving. */
  readonly cancelled?: boolean;
  /** Exhausted resource of the agent, which failed the exchange: no evidence about the callee. */
  readonly exhaustion?: ExhaustionCode | null;
  /** True when the answer is a stream without an end in sight, and the head and a first message had passed. */
  readonly streamed?: boolean;
  /** Header of the response; absent when there was no response. */
  header?(name: string): string | undefined;
}
/** Observes an edge. Never throws. */
export interface Observer {
  /**
   * Returns null while no watch of this edge matches, and then allocates no object. `request` is borrowed until the
   * return.
   */
  began(request: RequestView | null, nowMs: number): WatchedExchange | null;
  ended(watched: WatchedExchange | null, outcome: Outcome): void;
  /** HTTP: a fault cut a connection before a request came, so that no `began` preceded. */
  unread(outcome: Outcome): void;
  /** The agent refused a caller, or answered in the callee's place. `code`: one of few; `reason`: a sentence. */
  refused(code: string, reason: string): void;
  /** The exhausted agent refused a connection, before any exchange began on that connection. */
  turnedAway(exhaustion: ExhaustionCode): void;
}
