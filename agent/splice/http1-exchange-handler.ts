/**
 * Handler of an exchange: passes the exchange through unchanged (`PassThrough`), through faults (`FaultedExchange`), or
 * as bytes both ways (`Tunnel`).
 */
import type { FaultListener } from "../faults/fault-listener.ts";

export interface ExchangeHandler {
  /**
   * Takes the request's bytes out of buffer[p, end), which is lent as by a transport. Returns where those bytes end;
   * sets the exchange's `requestDone` once the request has ended.
   */
  body(buffer: Buffer, p: number, end: number): number;
  /** The caller's transport has taken the lent bytes. */
  callerDrained(): void;
  /** FIN from the caller. The FIN goes on to the callee behind the request's bytes. */
  callerEnded(): void;
  /** The caller cannot be answered any more. */
  callerGone(): void;
  /** Faults upon the exchange; null: none. */
  readonly faults: FaultListener | null;
  /** No byte has moved for too long. */
  stalled(): void;
  /** All bytes of the request that came have gone to the callee, or never will. */
  readonly isRequestSent: boolean;
  /** A fault holds the exchange: an intended stall. */
  readonly withheld: boolean;
  /** Progress counter, which grows with every byte that moves. */
  readonly progress: number;
  readonly patienceMs: number;
}
