/**
 * Upstream exchange: the callee's half of an exchange. Sends the request, finds the answer in the callee's bytes, and
 * counts the exchange by how it ends (DATA-PATH.md 2). Subclasses differ in the treatment of the answer: `PassThrough`
 * forwards the bytes, `FaultedExchange` lets faults act on the answer.
 */

import type { Alarm } from "../clock/clock.ts";
import type { FaultListener } from "../faults/fault-listener.ts";
import { BodyReader, type Framing, responseFraming } from "../http1/body.ts";
import { BAD, MORE } from "../http1/fields.ts";
import { RESPONSE_HEAD } from "../http1/head.ts";
import { PartialHead } from "../http1/partial-head.ts";
import { badGateway, gatewayTimeout, type Refusal, refusalAnswer } from "../http1/refusal.ts";
import { EXHAUSTIONS, exhaustionOf, type Outcome } from "../metrics/observer.ts";
import type { ConnectionError } from "../transport/transport.ts";
import type { Callee, ResponseHandler } from "./http1-callee.ts";
import type { CallerSide } from "./http1-caller-side.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";
import { Tunnel } from "./http1-tunnel.ts";

/**
 * Delay of the last check of the peer's name after the whole answer to a caller that had sent FIN, ms. The kernel of a
 * peer that is gone answers at once on the same machine; a half-closed peer sees our FIN later by this delay.
 */
const CONFIRM_MS = 10;
/** Result of a handler of a head or body piece when no more of this exchange may be read. */
export const STOP = -1;

export abstract class UpstreamExchange implements ResponseHandler, ExchangeHandler {
  protected readonly caller: CallerSide;
  /** Body of the answer. */
  protected readonly answerBody = new BodyReader();
  /** The answer is over: written whole, or never to be whole. */
  protected answerDone = false;
  /** After the exchange, the caller may go on using the connection. */
  protected callerStays = true;
  /** The exchange has left the pair: events that still come are not its own. */
  protected isOver = false;
  #partial: PartialHead | null = null;
  #observed = false;
  #confirming: Alarm | null = null;

  constructor(caller: CallerSide) {
    this.caller = caller;
  }

  abstract body(buffer: Buffer, p: number, end: number): number;
  abstract callerDrained(): void;
  abstract calleeDrained(): void;
  abstract readonly isRequestSent: boolean;
  abstract readonly withheld: boolean;
  /** Takes the head of the answer: buffer[p, at). Returns where reading stopped, or STOP. */
  protected abstract answer(buffer: Buffer, p: number, at: number, end: number, framing: Framing): number;
  protected abstract answerPiece(buffer: Buffer, p: number, end: number): number;
  /** Takes bytes that came behind the answer, before the exchange is over. */
  protected abstract behind(buffer: Buffer, p: number, end: number): void;
  /** The end of a body that lasts until FIN has come. */
  protected abstract answerClosed(): void;
  /** The callee's end before the answer is whole, once counted: passes the end on, behind the bytes before it. */
  protected abstract endEarly(error: ConnectionError | null): void;
  /** Called when there will be no answer but the agent's own. */
  protected abstract unanswered(refusal: Refusal): void;
  /** The exchange goes no further: releases all resources except the two connections. */
  protected abstract letGo(): void;
  /** The caller does not take the written bytes: the callee waits for `callerDrained`. */
  protected abstract waitForCaller(): void;
  /** The caller has not taken all written bytes of the answer. */
  protected abstract get isAnswerPending(): boolean;
  /** Called after each change: ends the exchange once both directions are through. */
  protected abstract settle(): void;

  protected get callee(): Callee {
    return this.caller.callee;
  }
  get faults(): FaultListener | null {
    return null;
  }
  get patienceMs(): number {
    return this.caller.context.limits.stallMs;
  }
  get progress(): number {
    const { bytesIn, bytesOut } = this.caller.exchange;
    return bytesIn + bytesOut;
  }

  /** Begins the exchange, or begins anew. */
  protected begun(): void {
    this.answerDone = false;
    this.callerStays = true;
    this.isOver = false;
    this.#partial = null;
    this.#observed = false;
    this.#stopConfirming();
    this.callee.handler = this;
  }
  /** The callee had ended before the request went there: no answer can come. */
  protected askInVain(): void {
    if (this.callee.lost && !this.isOver) this.calleeLost(this.callee.error);
  }

  // === ResponseHandler
  answerBytes(buffer: Buffer, end: number): void {
    if (this.answerDone) this.behind(buffer, 0, end);
    else if (this.#partial === null) this.#read(buffer, end);
    else if (this.#partial.append(buffer, 0, end)) {
      const { bytes, length } = this.#partial;
      this.#partial = null;
      this.#read(bytes, length);
    }
  }
  calleeLost(error: ConnectionError | null): void {
    // The end follows when the exchange is over: our own FIN would make the caller's name unknown.
    if (this.isConfirming) return;
    if (this.answerDone) this.#endBehind(error);
    else if (this.callee.isShut) this.#shut(unreachedReason(error));
    else if (this.callee.isUnreached) {
      this.caller.exchange.exhaustion = exhaustionOf(error?.code);
      this.#fail(unreachedReason(error));
    } else if (error === null && this.caller.exchange.answering && this.answerBody.framing === "close")
      this.answerClosed();
    else this.#lose(error);
  }
  broke(error: unknown): void {
    this.caller.context.report(error);
    this.caller.end();
  }

  // === ExchangeHandler
  /** The caller's FIN decides nothing behind a whole request. Inside a request, FIN gives the exchange up. */
  callerEnded(): void {
    if (this.caller.exchange.requestDone) return;
    this.cancelled();
    this.settle();
  }
  callerGone(): void {
    this.isOver = true;
    this.letGo();
    this.callee.handler = null;
    this.#stopConfirming();
    if (this.caller.gaveUp) this.cancelled();
    else this.observe("reset");
  }
  stalled(): void {
    const { exchange, context } = this.caller;
    if (exchange.answering) this.cut("rst", "timeout");
    else this.#fail(gatewayTimeout("stalled", `no answer came, and no byte moved for ${context.limits.stallMs} ms`));
  }

  /** Cuts the exchange, and the pair. */
  protected cut(how: "fin" | "rst", end: Outcome["end"]): void {
    this.isOver = true;
    this.letGo();
    this.callee.handler = null;
    this.observe(end);
    this.caller.cut(how);
  }
  /** Finishes the exchange: both sides are served. */
  protected finish(): void {
    if (this.isOver) return;
    const { caller } = this;
    const nowMs = caller.hasEnded ? caller.context.clock.nowMs() : caller.exchange.endedMs;
    this.isOver = true;
    this.letGo();
    caller.over(this.callerStays, nowMs);
  }
  /** Called when the whole answer is written. */
  protected answered(): void {
    this.answerDone = true;
    this.answerTaken();
    this.settle();
  }
  /** The caller has taken all written bytes: an answer counts as delivered with the last byte. */
  protected answerTaken(): void {
    if (!this.answerDone || this.isAnswerPending || this.#observed || this.isConfirming) return;
    if (this.caller.hasEnded) this.#confirm();
    else this.observe("clean");
  }
  /** True while the agent does not know yet whether the caller took the answer. */
  protected get isConfirming(): boolean {
    return this.#confirming !== null;
  }
  /** No more of the request comes from the caller. */
  protected get isRequestOver(): boolean {
    return this.caller.exchange.requestDone || this.caller.hasEnded;
  }
  #confirm(): void {
    const { context, transport } = this.caller;
    const answeredMs = context.clock.nowMs();
    this.#confirming = context.clock.wake(answeredMs + CONFIRM_MS, () => {
      this.#confirming = null;
      if (transport.isPeerThere) this.observe("clean", answeredMs);
      else this.cancelled();
      this.settle();
    });
  }
  #stopConfirming(): void {
    this.#confirming?.cancel();
    this.#confirming = null;
  }
  /** The caller gave up: at the time of FIN, or now. */
  protected cancelled(): void {
    if (this.#observed) return;
    this.caller.exchange.cancelled = true;
    this.observe("reset", this.caller.endedMs ?? undefined);
  }
  /**
   * Reports the exchange's end, once: the exchange counts as over when the answer is, even if the rest of the request
   * is still sent.
   */
  protected observe(end: Outcome["end"], endedMs?: number): void {
    if (this.#observed) return;
    this.#observed = true;
    const { exchange, context, transport } = this.caller;
    exchange.end = end;
    exchange.endedMs = endedMs ?? context.clock.nowMs();
    exchange.treated ||= this.caller.isHit;
    transport.answered(exchange, this.answerBody.framing === "close");
    context.observer.ended(exchange.watched, exchange);
  }
  /** Writes a refusal as the last answer of the connection, with the reason why there is no other. */
  protected writeRefusal(refusal: Refusal): void {
    const { exchange, transport } = this.caller;
    const bytes = refusalAnswer(refusal, exchange.toHead, true);
    this.callerStays = false;
    exchange.status = refusal.status;
    exchange.answering = true;
    exchange.bytesOut += bytes.length;
    transport.writeCopy(bytes);
  }

  /** The callee ended before its answer was whole. A caller that had sent FIN by then had given up. */
  #lose(error: ConnectionError | null): void {
    if (this.caller.hasEnded) this.cancelled();
    const partial = this.#partial;
    this.#partial = null;
    // Half a head goes ahead of the end that cuts it off.
    if (partial !== null) this.caller.strayBytes(partial.bytes, partial.length);
    this.endEarly(error);
  }
  /** The callee ended while the rest of the request, or of a written answer, was still on the way. */
  #endBehind(error: ConnectionError | null): void {
    this.caller.passEnd(error);
    this.settle();
  }
  #fail(refusal: Refusal): void {
    this.callee.drop();
    // A caller that has sent FIN does not wait for the answer that the callee does not give.
    if (this.caller.hasEnded) this.cancelled();
    this.refuseAnswer(refusal);
  }
  /** Ends the pair as the caller's own dial would have ended. */
  #shut({ code, reason }: Refusal): void {
    if (this.caller.hasEnded) this.cancelled();
    this.caller.context.observer.refused(code, this.#upstream(reason));
    this.cut("rst", "reset");
  }
  /** Answers in the callee's place, with the reason. */
  protected refuseAnswer(refusal: Refusal): void {
    const reason = this.#upstream(refusal.reason);
    this.caller.context.observer.refused(refusal.code, reason);
    this.unanswered({ ...refusal, reason });
  }
  #upstream(reason: string): string {
    return `upstream ${this.callee.endpoint.name}: ${reason}`;
  }
  #read(buffer: Buffer, end: number): void {
    let p = 0;
    while (p !== STOP && p < end && !this.isOver)
      p = this.caller.exchange.answering ? this.answerPiece(buffer, p, end) : this.#readHead(buffer, p, end);
  }
  #readHead(buffer: Buffer, p: number, end: number): number {
    const { exchange } = this.caller;
    const at = RESPONSE_HEAD.parse(buffer, p, end, this.caller.context.limits.headBytes);
    if (at === MORE) {
      this.#partial = new PartialHead(buffer, p, end, this.caller.context.limits.headBytes);
      return STOP;
    }
    if (at === BAD) {
      const why = RESPONSE_HEAD.refusal!;
      this.#fail(badGateway(`answer-${why.code}`, `its answer cannot be read: ${why.reason}`));
      return STOP;
    }
    const { status } = RESPONSE_HEAD;
    if (status === 101) return this.#switch(buffer, p, at, end);
    if (status < 200) return this.#interim(buffer, p, at);
    const framing = responseFraming(RESPONSE_HEAD, status, exchange.toHead);
    this.answerBody.start(framing, RESPONSE_HEAD.length);
    return this.answer(buffer, p, at, end, framing);
  }
  /** Passes 100 Continue and other interim answers at once. */
  #interim(buffer: Buffer, p: number, at: number): number {
    const { exchange, transport } = this.caller;
    exchange.bytesOut += at - p;
    if (!transport.writeCopy(buffer.subarray(p, at))) this.waitForCaller();
    this.caller.wrote();
    return at;
  }
  #switch(buffer: Buffer, p: number, at: number, end: number): number {
    const { caller } = this;
    if (!caller.exchange.upgrade) {
      this.#fail(badGateway("unasked-upgrade", "it changed the protocol without having been asked to"));
      return STOP;
    }
    caller.exchange.answered(101, buffer, p, at);
    caller.exchange.bytesOut += at - p;
    this.observe("clean");
    this.isOver = true;
    this.letGo();
    new Tunnel(caller).begin(buffer, p, end);
    return STOP;
  }
}

/** Refusal of a request whose callee could not be dialled. */
export const unreachedReason = (error: ConnectionError | null): Refusal => {
  const exhaustion = exhaustionOf(error?.code);
  if (exhaustion !== null) return badGateway(exhaustion, EXHAUSTIONS[exhaustion]);
  switch (error?.code) {
    case "refused":
      return badGateway("refused", "connection refused");
    case "timeout":
      return gatewayTimeout("connect-timeout", error!.message);
    case undefined:
    case "reset":
      return badGateway("reset", "connection reset before it was open");
    default:
      return badGateway(error!.code, error!.message);
  }
};
