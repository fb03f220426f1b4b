/** Tunnel after 101: bytes both ways, with backpressure and half-close, until either side ends the connection. */
import type { ConnectionError } from "../transport/transport.ts";
import type { ResponseHandler } from "./http1-callee.ts";
import { type CallerSide, LENT } from "./http1-caller-side.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";

export class Tunnel implements ResponseHandler, ExchangeHandler {
  /** Faults upon the exchange ended with its 101. */
  readonly faults = null;
  readonly #caller: CallerSide;
  progress = 0;

  constructor(caller: CallerSide) {
    this.#caller = caller;
  }
  /** Begins the tunnel. buffer[p, end): the head of the 101, and the callee's bytes behind the head. */
  begin(buffer: Buffer, p: number, end: number): void {
    const caller = this.#caller;
    caller.callee.handler = this;
    caller.handOver(this);
    this.#down(buffer, p, end);
    const early = caller.takeStash();
    if (early !== null) this.body(early, 0, early.length);
    caller.requestSent();
  }
  get withheld(): boolean {
    return false;
  }
  get isRequestSent(): boolean {
    return true;
  }
  get patienceMs(): number {
    return this.#caller.context.limits.tunnelMs;
  }

  body(buffer: Buffer, p: number, end: number): number {
    this.progress += end - p;
    if (!this.#caller.callee.write(buffer, p, end)) this.#caller.hold(LENT);
    return end;
  }
  callerDrained(): void {
    this.#caller.callee.transport.resume();
  }
  callerEnded(): void {}
  callerGone(): void {}
  stalled(): void {
    this.#caller.end();
  }

  answerBytes(buffer: Buffer, end: number): void {
    this.#down(buffer, 0, end);
  }
  calleeDrained(): void {
    this.#caller.release(LENT);
  }
  calleeLost(error: ConnectionError | null): void {
    this.#caller.passEnd(error);
  }
  broke(error: unknown): void {
    this.#caller.context.report(error);
    this.#caller.end();
  }

  #down(buffer: Buffer, p: number, end: number): void {
    this.progress += end - p;
    if (!this.#caller.transport.write(buffer, p, end)) this.#caller.callee.transport.pause();
    this.#caller.wrote();
  }
}
