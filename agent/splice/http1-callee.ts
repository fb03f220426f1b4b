/**
 * Callee connection: a connection to an endpoint, serving exchanges in sequence. Between exchanges the connection waits
 * in the pool.
 */
import type { Endpoint } from "../edge/endpoints.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import type { ConnectionPool, Reusable } from "./connection-pool.ts";

/** Handler of a callee connection's events: the exchange or tunnel that the connection works for. */
export interface ResponseHandler {
  /** Bytes buffer[0, end) of the answer, lent as by a transport. */
  answerBytes(buffer: Buffer, end: number): void;
  /** The connection takes more of the request. */
  calleeDrained(): void;
  /** The connection will answer no more: FIN (null), or the error that broke the connection. Called once. */
  calleeLost(error: ConnectionError | null): void;
  /** The connection is closed in both directions. */
  calleeGone?(error: ConnectionError | null): void;
  /** A defect of the agent's own was caught. */
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
  /** The connection has served an exchange before, and may have died unnoticed. */
  reused = false;
  /** No more bytes come from the connection. */
  lost = false;

  constructor(endpoint: Endpoint, pool: ConnectionPool<Callee>, all: Set<Callee>) {
    this.endpoint = endpoint;
    this.#pool = pool;
    this.#all = all;
    all.add(this);
  }
  /** Gives the connection back after an exchange that ended well, for the next exchange. */
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
  /** Resets the connection after an exchange that does not end well: bytes in flight are cut off. */
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
    // No exchange uses the connection any more; a handler would decide for itself.
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
  /**
   * Bytes or FIN came while the connection waited: whatever the meaning, the connection cannot be trusted with the next
   * request.
   */
  #unwanted(): void {
    this.#pool.forget(this);
    this.transport.close();
  }
}
