/** Handler of one exchange: passes it through as it is (`PassThrough`), through faults (`FaultedExchange`), or as bytes both ways (`Tunnel`). */
export interface ExchangeHandler {
  /**
   * Takes what belongs to the request of buffer[p, end), which is lent as a transport lends it. Where that ends; sets
   * `requestDone` of the exchange when it does.
   */
  body(buffer: Buffer, p: number, end: number): number;
  /** The caller's transport has taken what it was lent. */
  callerDrained(): void;
  /** FIN from the caller, behind a complete request. */
  callerEnded(): void;
  /** The caller cannot be answered any more. */
  callerGone(): void;
  /** No byte has moved for too long. */
  stalled(): void;
  /** A fault holds it: a stall that is meant. */
  readonly withheld: boolean;
  /** Grows with every byte that moves. */
  readonly progress: number;
  readonly patienceMs: number;
}
