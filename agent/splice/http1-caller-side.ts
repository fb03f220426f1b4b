/** Caller side of an HTTP/1 connection, as far as an exchange on it may touch: what an exchange reads, holds back and ends. */
import type { BodyReader } from "../http1/body.ts";
import type { Refusal } from "../http1/refusal.ts";
import type { FaultedConnection } from "./faulted-connection.ts";
import type { EdgeContext } from "./http1-edge-context.ts";
import type { HttpExchange } from "./http1-exchange.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";

/** Why the caller is not read from. Each reason goes by itself; it is read again when the last one has gone. */
export const LENT = 1;
export const STASHED = 2;
export const CONGESTED = 4;

export interface CallerSide {
  readonly context: EdgeContext;
  readonly transport: FaultedConnection;
  readonly exchange: HttpExchange;
  /** Body of the request under way. */
  readonly body: BodyReader;
  /** When the bytes that are read came: one time for all that one turn of the loop brought. */
  readonly turnMs: number;
  /** FIN has come. */
  readonly hasEnded: boolean;
  /** When FIN came; null: it has not. */
  readonly endedMs: number | null;
  /** The caller left by itself: neither the agent nor a fault ended its connection. */
  readonly gaveUp: boolean;
  /** A fault upon the connection hit the exchange that is under way. */
  readonly isHit: boolean;
  /** Stops reading for this reason. */
  hold(reason: number): void;
  release(reason: number): void;
  /** Hands the exchange that is under way to another handler. */
  handOver(handler: ExchangeHandler): void;
  /** Bytes that came behind the request that is under way. */
  takeStash(): Buffer | null;
  /** The exchange is complete on both sides. `keep`: the connection may go on. */
  over(keep: boolean, nowMs: number): void;
  /** Answers what cannot be read any further, and ends the connection. */
  refuse(refusal: Refusal): void;
  /** The answer is cut off. */
  cut(how: "fin" | "rst"): void;
  /** The caller has left before its request was complete, or before it was passed on. Earlier answers still find their way. */
  abandon(): void;
  /** Ends the connection at once, whatever is under way. */
  end(): void;
}
