/** One connected socket behind one interface, in tiers that a self-test at start chooses between (`handle`, `onread`, `data`). */

/** Never throws. After `close` only `reset` still acts (what is stuck must be endable); after `reset` nothing does. */
export interface Transport {
  /**
   * Writes buffer[start, end). True: the kernel took it all, the buffer is free again.
   * False: the bytes are still lent; their source stays paused until `drained`.
   */
  write(buffer: Buffer, start: number, end: number): boolean;
  /** Copies and queues: for small things of our own (an answer, a frame's head). */
  writeCopy(bytes: Uint8Array): boolean;
  pause(): void;
  resume(): void;
  /** FIN after what was written; reading goes on (half-close). */
  finish(): void;
  /** RST; what was written and not yet sent is lost. */
  reset(): void;
  /** FIN after what was written, then gone. */
  close(): void;
  /** Bytes written and not yet taken by the kernel. */
  readonly pending: number;
  /** null: it is not connected any more, or Node does not tell. */
  readonly addresses: ConnectionAddresses | null;
  /** False: the peer answered our bytes with RST. Behind a FIN nothing else tells, and only before a FIN of our own. */
  readonly isPeerThere: boolean;
}
/** Owner of a transport: one object a connection, so that the hot path allocates no closures. */
export interface Receiver {
  /** After a dial, which then reads by itself; accepted transports are born open and paused. */
  opened(transport: Transport): void;
  /** buffer[0, end) is lent until this returns, unless a write of it returned false: then until that transport drained. */
  bytes(buffer: Buffer, end: number): void;
  /** The peer sent FIN. Neither this nor `bytes` comes while the transport is paused. */
  ended(): void;
  /** What a write returned false for has been taken. */
  drained(): void;
  /** Exactly once, last. */
  closed(error: ConnectionError | null): void;
}
export interface ConnectionError {
  readonly code: "refused" | "reset" | "timeout" | "unreachable" | "broken";
  readonly message: string;
}
export interface Address {
  readonly host: string;
  readonly port: number;
}
export interface ConnectionAddresses {
  readonly local: Address;
  readonly remote: Address;
}
export interface Listener {
  /** The port really bound, where 0 was asked for. */
  readonly address: Address;
  close(): Promise<void>;
}
export interface Transports {
  readonly tier: "handle" | "onread" | "data";
  /** Accepts paused; nothing is read before the returned receiver resumes the transport. */
  listen(address: Address, accept: (transport: Transport) => Receiver): Promise<Listener>;
  dial(address: Address, receiver: Receiver, timeoutMs: number): Transport;
}
