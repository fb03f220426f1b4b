/**
 * Callee half of a pair: the connection to an endpoint that belongs to a caller's connection for life. Exchanges use it
 * one after the other; between exchanges its bytes and its end go to the caller's half as they come.
 */
import type { Endpoint } from "../edge/endpoints.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";

/** Handler of a callee connection's events: the exchange or tunnel that the connection works for. */
export interface ResponseHandler {
  /** Bytes buffer[0, end) of the answer, lent as by a transport. */
  answerBytes(buffer: Buffer, end: number): void;
  /** The connection takes more of the request. */
  calleeDrained(): void;
  /** The connection will answer no more: FIN (null), or the error that broke the connection. */
  calleeLost(error: ConnectionError | null): void;
  /** A defect of the agent's own was caught. */
  broke(error: unknown): void;
}
/** Receiver of the events that belong to no exchange: the caller's half of the pair. */
export interface StrayReceiver {
  strayBytes(buffer: Buffer, end: number): void;
  /** No more bytes come, and no exchange waits for them. */
  strayEnd(error: ConnectionError | null): void;
}

/** Most bytes of the caller that wait for the dial, before the caller waits. */
const MOST_BEFORE_OPEN = 64 * 1024;

export class Callee implements Receiver {
  readonly endpoint: Endpoint;
  readonly #strays: StrayReceiver;
  readonly #gone: (callee: Callee) => void;
  transport!: Transport;
  handler: ResponseHandler | null = null;
  /** The dial has succeeded. */
  open = false;
  /** No more bytes come from the connection. */
  lost = false;
  /** Error that ended the connection; null: none, or FIN. */
  error: ConnectionError | null = null;
  /** The agent has ended the connection, so that its events matter to no part of the pair. */
  #isGivenUp = false;
  #isFinished = false;

  /** `gone`: called once, when the connection is closed. */
  constructor(endpoint: Endpoint, strays: StrayReceiver, gone: (callee: Callee) => void) {
    this.endpoint = endpoint;
    this.#strays = strays;
    this.#gone = gone;
  }
  /** The dial failed: there never was a connection. */
  get isUnreached(): boolean {
    return this.lost && !this.open;
  }
  /**
   * Writes buffer[start, end). False: the bytes are lent until `calleeDrained`. Bytes that wait for the dial are copied,
   * so that meanwhile the caller is read, and a leaving caller is noticed.
   */
  write(buffer: Buffer, start: number, end: number): boolean {
    if (this.open) return this.transport.write(buffer, start, end);
    return this.transport.writeCopy(buffer.subarray(start, end)) || this.transport.pending < MOST_BEFORE_OPEN;
  }
  /** Passes the caller's FIN on, behind the bytes written so far. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    this.transport.finish();
  }
  /** Resets the connection. */
  drop(): void {
    this.#giveUp();
    this.transport.reset();
  }
  /** Ends the connection by FIN. */
  retire(): void {
    this.#giveUp();
    this.transport.close();
  }
  #giveUp(): void {
    this.handler = null;
    this.lost = true;
    this.#isGivenUp = true;
  }

  opened(): void {
    this.open = true;
  }
  bytes(buffer: Buffer, end: number): void {
    const { handler } = this;
    try {
      if (handler !== null) handler.answerBytes(buffer, end);
      else if (!this.#isGivenUp) this.#strays.strayBytes(buffer, end);
    } catch (error) {
      handler?.broke(error);
    }
  }
  ended(): void {
    this.#lose(null);
  }
  drained(): void {
    this.handler?.calleeDrained();
  }
  closed(error: ConnectionError | null): void {
    this.#gone(this);
    this.#lose(error);
  }

  /** FIN may be followed by an error, which is an end of its own. */
  #lose(error: ConnectionError | null): void {
    if (this.#isGivenUp || (this.lost && (error === null || this.error !== null))) return;
    this.lost = true;
    this.error = error;
    if (this.handler !== null) this.handler.calleeLost(error);
    else this.#strays.strayEnd(error);
  }
}
