/** Tunnel after 101: bytes both ways, with backpressure and half-close, until either side ends the connection. */
import type { ConnectionError } from "../transport/transport.ts";
import type { Callee, ResponseHandler } from "./http1-callee.ts";
import { type CallerSide, LENT } from "./http1-caller-side.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";

export class Tunnel implements ResponseHandler, ExchangeHandler {
  readonly #caller: CallerSide;
  readonly #callee: Callee;
  #callerEnded = false;
  #calleeEnded = false;
  #over = false;
  progress = 0;

  constructor(caller: CallerSide, callee: Callee) {
    this.#caller = caller;
    this.#callee = callee;
  }
  /** Begins the tunnel. buffer[p, end): the head of the 101, and the callee's bytes behind the head. */
  begin(buffer: Buffer, p: number, end: number): void {
    this.#callee.handler = this;
    this.#caller.handOver(this);
    this.#down(buffer, p, end);
    const early = this.#caller.takeStash();
    if (early !== null) this.body(early, 0, early.length);
    if (this.#caller.hasEnded) this.callerEnded();
  }
  get withheld(): boolean {
    return false;
  }
  get patienceMs(): number {
    return this.#caller.context.limits.tunnelMs;
  }

  body(buffer: Buffer, p: number, end: number): number {
    this.progress += end - p;
    if (!this.#callee.transport.write(buffer, p, end)) this.#caller.hold(LENT);
    return end;
  }
  callerDrained(): void {
    this.#callee.transport.resume();
  }
  callerEnded(): void {
    if (this.#callerEnded) return;
    this.#callerEnded = true;
    this.#callee.transport.finish();
    this.#closeIfEnded();
  }
  callerGone(): void {
    if (this.#over) return;
    this.#over = true;
    this.#callee.drop();
  }
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
    // A broken connection comes as `calleeGone` as well.
    if (error !== null) return;
    this.#calleeEnded = true;
    this.#caller.transport.finish();
    this.#closeIfEnded();
  }
  calleeGone(error: ConnectionError | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#caller.cut(error === null ? "fin" : "rst");
  }
  broke(error: unknown): void {
    this.#caller.context.report(error);
    this.#caller.end();
  }

  #down(buffer: Buffer, p: number, end: number): void {
    this.progress += end - p;
    if (!this.#caller.transport.write(buffer, p, end)) this.#callee.transport.pause();
  }
  #closeIfEnded(): void {
    if (!this.#callerEnded || !this.#calleeEnded || this.#over) return;
    this.#over = true;
    this.#callee.retire();
    this.#caller.cut("fin");
  }
}
