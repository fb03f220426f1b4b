/** Observer of the exchanges of one edge: the splice tells it how each began and ended, whoever counts them. */
import type { RequestView } from "../../experiments/model/match/match.ts";

/** Watches that matched an exchange at its begin, with the state that its end needs. */
export interface WatchedExchange {
  /** Whether a fault has acted on the exchange by now; the splice says so once it knows who carries it. null: not yet. */
  isTreated: (() => boolean) | null;
  /** Time of the FIN of a caller, which may be gone or wait for its answer. null: no FIN. Absent: unknown. */
  callerEndedMs?: () => number | null;
}

/** How an exchange ended. TCP: a connection is the exchange, `status` is 0 and `request` was null. */
export interface Outcome {
  readonly treated: boolean;
  readonly startedMs: number;
  readonly endedMs: number;
  /** 0: no answer came. */
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly end: "clean" | "reset" | "timeout";
  /** TCP: how long the dial took. */
  readonly connectMs?: number;
  /** The caller went away before the answer was whole; `endedMs` is when it did. */
  readonly cancelled?: boolean;
  /** Of an answer that is a stream without an end in sight the head and a first message had passed. */
  readonly streamed?: boolean;
  /** Of the response; absent when there was none. */
  header?(name: string): string | undefined;
}
/** One an edge. Never throws. */
export interface Observer {
  /** null while no watch of this edge matches: then nothing is allocated. `request` is borrowed until this returns. */
  began(request: RequestView | null, nowMs: number): WatchedExchange | null;
  ended(watched: WatchedExchange | null, outcome: Outcome): void;
  /** HTTP: a fault cut a connection before a request came on it, which nothing `began`. */
  unread(outcome: Outcome): void;
}
