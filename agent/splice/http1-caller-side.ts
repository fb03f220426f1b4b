/** Caller side of an HTTP/1 connection: the part that an exchange reads, holds back and ends. */
import type { BodyReader } from "../http1/body.ts";
import type { Refusal } from "../http1/refusal.ts";
import type { ConnectionError } from "../transport/transport.ts";
import type { FaultedConnection } from "./faulted-connection.ts";
import type { Callee } from "./http1-callee.ts";
import type { EdgeContext } from "./http1-edge-context.ts";
import type { HttpExchange } from "./http1-exchange.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";

/**
 * Reasons not to read from the caller. Each reason is released separately; reading resumes when the last reason is
 * released.
 */
export const LENT = 1;
export const STASHED = 2;
export const CONGESTED = 4;

export interface CallerSide {
  readonly context: EdgeContext;
  readonly transport: FaultedConnection;
  /** The callee's half of the pair. */
  readonly callee: Callee;
  readonly exchange: HttpExchange;
  /** Body of the request under way. */
  readonly body: BodyReader;
  /** Arrival time of the bytes being read: a single time for all bytes of a turn of the loop. */
  readonly turnMs: number;
  /** FIN has come from the caller. */
  readonly hasEnded: boolean;
  /** Time at which FIN came; null: FIN has not come. */
  readonly endedMs: number | null;
  /** The caller left: neither the agent nor a fault ended the connection. */
  readonly gaveUp: boolean;
  /** A fault upon the connection hit the exchange in flight. */
  readonly isHit: boolean;
  /** Stops reading for this reason. */
  hold(reason: number): void;
  release(reason: number): void;
  /** Hands the exchange in flight to another handler. */
  handOver(handler: ExchangeHandler): void;
  /** Takes bytes that came behind the request in flight. */
  takeStash(): Buffer | null;
  /** Notes that bytes were written to the caller. */
  wrote(): void;
  /** Passes bytes of the callee on that belong to no request. */
  strayBytes(buffer: Buffer, end: number): void;
  /** Passes the callee's end on, behind the bytes written so far. */
  passEnd(error: ConnectionError | null): void;
  /** The request has gone to the callee: the caller's FIN may follow. */
  requestSent(): void;
  /** The exchange is complete on both sides. `keep`: the connection may go on. */
  over(keep: boolean, nowMs: number): void;
  /** Answers a request that cannot be read any further, and ends the connection. */
  refuse(refusal: Refusal): void;
  /** Ends the pair in the midst of an exchange: a fault's cut, or the agent's own. */
  cut(how: "fin" | "rst"): void;
  /** Ends the connection at once, whatever is in flight. */
  end(): void;
}
