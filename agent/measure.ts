/** What the splices tell about each exchange, and who counts it: metrics wrap the data path, they are not in its loop. */
import type { RequestView } from "../experiments/model/match.ts";

/** The watches that matched one exchange as it began, and what they need at its end. Opaque to the splices. */
export type Watched = object;

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
  /** Of the response; absent when there was none. */
  header?(name: string): string | undefined;
}
/** One an edge. Never throws. */
export interface Observer {
  /** null while no watch of this edge matches: then nothing is allocated. `request` is borrowed until this returns. */
  began(request: RequestView | null, nowMs: number): Watched | null;
  ended(watched: Watched | null, outcome: Outcome): void;
}
