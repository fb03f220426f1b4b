/**
 * Transport: the interface to a connected socket, in tiers that a self-test at start chooses between (`raw`,
 * `onread`, `data`).
 */

/**
 * Transport of a connection; never throws. After `close` only `reset` still acts (a stuck connection must be endable);
 * after `reset` every call is without effect.
 */
export interface Transport {
  /**
   * Writes buffer[start, end). True: the kernel took all bytes, and the buffer is free again. False: the bytes are
   * still lent; the source of the bytes stays paused until `drained`.
   */
  write(buffer: Buffer, start: number, end: number): boolean;
  /** Copies the bytes and queues the copy: for small messages of our own (an answer, a frame's head). */
  writeCopy(bytes: Uint8Array): boolean;
  pause(): void;
  resume(): void;
  /** Sends FIN after the bytes written so far; reading goes on (half-close). */
  finish(): void;
  /** Sends RST; bytes written and not yet sent are lost. */
  reset(): void;
  /** Sends FIN after the bytes written so far, and closes. */
  close(): void;
  /** Lets the kernel look for the peer while nothing moves (TCP keep-alive): a host that vanished ends the connection. */
  keepAlive(): void;
  /** Number of bytes written and not yet taken by the kernel. */
  readonly pending: number;
  /** Addresses of both ends; null: the transport is not connected any more, or Node does not expose the addresses. */
  readonly addresses: ConnectionAddresses | null;
  /**
   * False: the peer answered our bytes with RST. After the peer's FIN there is no other sign of an RST, and this sign
   * holds only before our own FIN.
   */
  readonly isPeerThere: boolean;
}
/** Rest of a connection, s, before the kernel's first keep-alive probe; libuv sends up to ten, a second apart. */
export const KEEP_ALIVE_S = 30;

/**
 * Receiver of a transport's events: a single object for each connection, so that the hot path allocates no closures.
 */
export interface Receiver {
  /** Called after a successful dial, from when the transport reads; accepted transports are born open and paused. */
  opened(transport: Transport): void;
  /**
   * Bytes buffer[0, end) are lent until this call returns; but if a write of these bytes returned false, until that
   * write's transport has drained.
   */
  bytes(buffer: Buffer, end: number): void;
  /** The peer sent FIN. Neither `ended` nor `bytes` is called while the transport is paused. */
  ended(): void;
  /** The kernel has taken all bytes of the writes that returned false. */
  drained(): void;
  /** Called exactly once, as the last event. */
  closed(error: ConnectionError | null): void;
}
export interface ConnectionError {
  /** `ports`, `descriptors`: this machine has none left for another connection. */
  readonly code: "refused" | "reset" | "timeout" | "unreachable" | "broken" | "ports" | "descriptors";
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
  /** Address really bound, where port 0 was requested. */
  readonly address: Address;
  close(): Promise<void>;
}
/** Tiers, fastest first. */
export const TIERS = ["raw", "onread", "data"] as const;
export type Tier = (typeof TIERS)[number];
export interface Transports {
  readonly tier: Tier;
  /** Listens; accepted transports are paused. No bytes are read before the returned receiver resumes the transport. */
  listen(address: Address, accept: (transport: Transport) => Receiver): Promise<Listener>;
  dial(address: Address, receiver: Receiver, timeoutMs: number): Transport;
}
