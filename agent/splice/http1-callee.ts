/** One connection to an endpoint. It serves one exchange after another; between them it waits in the pool. */
import type { Endpoint } from "../edge/endpoints.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import type { ConnectionPool, Reusable } from "./connection-pool.ts";

/** Whoever the connection works for. */
export interface ResponseHandler {
  /** buffer[0, end) is lent, as a transport lends it. */
  answerBytes(buffer: Buffer, end: number): void;
  /** The connection takes more of the request. */
  calleeDrained(): void;
  /** It will answer no more: FIN (null), or why it broke. Comes once. */
  calleeLost(error: ConnectionError | null): void;
  /** It is closed in both directions. */
  calleeGone?(error: ConnectionError | null): void;
  /** A defect of ours. */
  broke(error: unknown): void;
}

export class Callee implements Receiver, Reusable {
  readonly endpoint: Endpoint;
  readonly #pool: ConnectionPool<Callee>;
  readonly #all: Set<Callee>;
  transport!: Transport;
  handler: ResponseHandler | null = null;
  waitingSinceMs = 0;
  /** The dial has succeeded. */
  open = false;
  /** It has served an exchange before: it may have died unnoticed. */
  reused = false;
  /** Nothing more comes from it. */
  lost = false;

  constructor(endpoint: Endpoint, pool: ConnectionPool<Callee>, all: Set<Callee>) {
    this.endpoint = endpoint;
    this.#pool = pool;
    this.#all = all;
    all.add(this);
  }
  /** The exchange has ended well; the next one may have it. */
  release(nowMs: number): void {
    this.handler = null;
    if (this.lost) {
      this.retire();
      return;
    }
    this.reused = true;
    this.transport.resume();
    this.#pool.give(this, nowMs);
  }
  /** The exchange does not end well here: what is under way is cut off. */
  drop(): void {
    this.handler = null;
    this.transport.reset();
  }
  retire(): void {
    this.handler = null;
    this.transport.close();
  }

  opened(): void {
    this.open = true;
  }
  bytes(buffer: Buffer, end: number): void {
    const { handler } = this;
    try {
      if (handler === null) this.#unwanted();
      else handler.answerBytes(buffer, end);
    } catch (error) {
      handler?.broke(error);
    }
  }
  ended(): void {
    this.#lose(null);
    // Nobody asks it any more; a handler decides by itself.
    if (this.handler === null) this.#unwanted();
  }
  drained(): void {
    this.handler?.calleeDrained();
  }
  closed(error: ConnectionError | null): void {
    this.#all.delete(this);
    this.#pool.forget(this);
    this.#lose(error);
    this.handler?.calleeGone?.(error);
    this.handler = null;
  }

  #lose(error: ConnectionError | null): void {
    if (this.lost) return;
    this.lost = true;
    this.handler?.calleeLost(error);
  }
  /** Bytes or FIN while it waits: whatever it means, the connection cannot be trusted with the next request. */
  #unwanted(): void {
    this.#pool.forget(this);
    this.transport.close();
  }
}
