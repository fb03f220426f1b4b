/**
 * Callee half of a pair: the connection to an endpoint that belongs to a caller's connection for life. Exchanges use the
 * connection in turn; between exchanges, bytes and end go to the caller's half as they come.
 */
import type { Clock } from "../clock/clock.ts";
import type { CallTarget } from "../edge/way-in.ts";
import { exhaustionOf } from "../metrics/observer.ts";
import type { ConnectionError, Receiver, Transport } from "../transport/transport.ts";
import { HalfClosedPeer } from "./half-closed-peer.ts";

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
/** Owner of the callee connections of an edge. */
export interface CalleeOwner {
  calleeBegan(callee: Callee): void;
  /** Called once, when the connection is closed. */
  calleeGone(callee: Callee): void;
}

/** Most bytes of the caller that wait for the dial, before the caller waits. */
const MOST_BEFORE_OPEN = 64 * 1024;
/** RST that a callee which has closed answers bytes with, behind its FIN. */
const RESET_BEHIND_FIN: ConnectionError = { code: "reset", message: "reset behind its end" };

export class Callee implements Receiver {
  readonly endpoint: CallTarget;
  readonly #strays: StrayReceiver;
  readonly #clock: Clock;
  readonly #owner: CalleeOwner;
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
  /** Watches a callee that has sent FIN and is still written to. */
  #peer: HalfClosedPeer | null = null;

  constructor(endpoint: CallTarget, clock: Clock, strays: StrayReceiver, owner: CalleeOwner) {
    this.endpoint = endpoint;
    this.#clock = clock;
    this.#strays = strays;
    this.#owner = owner;
  }
  /** The dial failed: there never was a connection. */
  get isUnreached(): boolean {
    return this.lost && !this.open;
  }
  /** The dial failed, and the caller, which has dialled the endpoint itself, expects no answer but the same end. */
  get isShut(): boolean {
    return this.isUnreached && this.endpoint.unreached !== undefined && exhaustionOf(this.error?.code) === null;
  }
  /**
   * Writes buffer[start, end). False: the bytes are lent until `calleeDrained`. Bytes that wait for the dial are copied,
   * so that meanwhile the caller is read, and a leaving caller is noticed.
   */
  write(buffer: Buffer, start: number, end: number): boolean {
    if (this.open) {
      const taken = this.transport.write(buffer, start, end);
      if (this.lost && end > start) this.#wroteInVain();
      return taken;
    }
    return this.transport.writeCopy(buffer.subarray(start, end)) || this.transport.pending < MOST_BEFORE_OPEN;
  }
  /** Passes the caller's FIN on, behind the bytes written so far. */
  finish(): void {
    if (this.#isFinished) return;
    this.#isFinished = true;
    // Behind our own FIN nothing tells of the RST that the last bytes may have met.
    if (this.#peer !== null && !this.transport.isPeerThere) this.#lose(RESET_BEHIND_FIN);
    this.#peer?.stop();
    this.transport.finish();
  }
  #wroteInVain(): void {
    if (this.#isFinished || this.#isGivenUp) return;
    this.#peer ??= new HalfClosedPeer(this.#clock, null, this.transport, () => this.#lose(RESET_BEHIND_FIN));
    this.#peer.wrote();
  }
  /**
   * Ends the connection as the kernel of a caller that has closed would: what the callee still sends meets RST, and a
   * callee that sends nothing sees FIN alone.
   */
  leave(): void {
    if (this.open && this.transport.pending === 0) this.retire();
    else this.drop();
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
    this.#peer?.stop();
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
    this.#peer?.stop();
    this.#owner.calleeGone(this);
    if (!this.open && error !== null) this.endpoint.unreached?.(error);
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
