/**
 * Upstream exchange: the callee's half of an exchange. Gets a connection, sends the request, finds the answer in the
 * callee's bytes, and reports failures. Subclasses differ in the treatment of the answer: `PassThrough` forwards the
 * bytes, `FaultedExchange` lets faults act on the answer.
 */

import type { Alarm } from "../clock/clock.ts";
import { BodyReader, type Framing, responseFraming } from "../http1/body.ts";
import { BAD, MORE } from "../http1/fields.ts";
import { RESPONSE_HEAD } from "../http1/head.ts";
import { PartialHead } from "../http1/partial-head.ts";
import { badGateway, gatewayTimeout, type Refusal, refusalAnswer } from "../http1/refusal.ts";
import type { Outcome } from "../metrics/observer.ts";
import type { ConnectionError } from "../transport/transport.ts";
import { HalfClosedPeer } from "./half-closed-peer.ts";
import type { Callee, ResponseHandler } from "./http1-callee.ts";
import type { CallerSide } from "./http1-caller-side.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";
import { Tunnel } from "./http1-tunnel.ts";

/** Largest request kept for a retry. */
const MOST_REPLAY = 16 * 1024;
const LEAST_REPLAY = 512;
const NO_BYTES = Buffer.alloc(0);
/**
 * Delay of the last check of the peer's name after the whole answer to a caller that had sent FIN, ms. The kernel of a
 * peer that is gone answers at once on the same machine; a half-closed peer sees our FIN later by this delay.
 */
const CONFIRM_MS = 10;
/** Result of a handler of a head or body piece when no more of this exchange may be read. */
export const STOP = -1;

export abstract class UpstreamExchange implements ResponseHandler, ExchangeHandler {
  protected readonly caller: CallerSide;
  protected callee: Callee | null = null;
  /** Body of the answer. */
  protected readonly answerBody = new BodyReader();
  protected answerDone = false;
  /**
   * After the exchange, the caller may use the caller's connection again, and (`calleeStays`) another exchange may use
   * the callee's.
   */
  protected callerStays = false;
  protected calleeStays = false;
  #partial: PartialHead | null = null;
  /** Whole request, as long as the request can be sent again. The buffer is kept from exchange to exchange. */
  #replay: Buffer = NO_BYTES;
  #replayLength = 0;
  #observed = false;
  #confirming: Alarm | null = null;
  /** Watches a caller that has sent FIN behind the request. */
  #peer: HalfClosedPeer | null = null;

  constructor(caller: CallerSide) {
    this.caller = caller;
  }

  abstract body(buffer: Buffer, p: number, end: number): number;
  abstract callerDrained(): void;
  abstract calleeDrained(): void;
  abstract readonly withheld: boolean;
  /** Takes the head of the answer: buffer[p, at). Returns where reading stopped, or STOP. */
  protected abstract answer(buffer: Buffer, p: number, at: number, end: number, framing: Framing): number;
  protected abstract answerPiece(buffer: Buffer, p: number, end: number): number;
  /** The end of a body that lasts until FIN has come. */
  protected abstract answerClosed(): void;
  /** Called when there will be no answer. */
  protected abstract unanswered(refusal: Refusal): void;
  /** The exchange goes no further: releases all resources except the two connections. */
  protected abstract letGo(): void;
  /** The caller does not take the written bytes: the callee waits for `callerDrained`. */
  protected abstract waitForCaller(): void;
  /** The caller has not taken all written bytes of the answer. */
  protected abstract get isAnswerPending(): boolean;
  /** Called when the callee can take no more of the request, and the answer has been read. */
  protected abstract settle(): void;

  get patienceMs(): number {
    return this.caller.context.limits.stallMs;
  }
  get progress(): number {
    const { bytesIn, bytesOut } = this.caller.exchange;
    return bytesIn + bytesOut;
  }

  protected reset(): void {
    this.callee = null;
    this.answerDone = false;
    this.#partial = null;
    this.#replayLength = 0;
    this.#observed = false;
    this.#stopConfirming();
    this.begun();
  }
  /** Begins the exchange. The caller may have sent FIN behind several requests at once. */
  protected begun(): void {
    if (this.caller.hasEnded) this.callerEnded();
  }

  /** Gets a connection to the callee. */
  protected acquireCallee(): Callee {
    const { context, exchange } = this.caller;
    const callee = context.callee(exchange.endpoint, false);
    callee.handler = this;
    this.callee = callee;
    return callee;
  }
  /** Sends the first bytes of the request. `whole`: there are no other bytes. False: the bytes are lent. */
  protected sendRequest(buffer: Buffer, start: number, end: number, whole: boolean): boolean {
    const { exchange } = this.caller;
    const callee = this.acquireCallee();
    // A pooled connection may be dead already. A request that may be sent twice is retried, and the caller does not
    // notice.
    if (callee.reused && whole && exchange.idempotent && end - start <= MOST_REPLAY) this.#keep(buffer, start, end);
    return this.send(buffer, start, end);
  }
  protected send(buffer: Buffer, start: number, end: number): boolean {
    const { transport, open } = this.callee!;
    if (open || !this.caller.exchange.requestDone) return transport.write(buffer, start, end);
    // The last bytes before the dial has ended are copied, so that the caller can be read, and a leaving caller
    // noticed.
    transport.writeCopy(buffer.subarray(start, end));
    return true;
  }

  // === ResponseHandler
  answerBytes(buffer: Buffer, end: number): void {
    this.#replayLength = 0;
    if (this.#partial === null) this.#read(buffer, end);
    else if (this.#partial.append(buffer, 0, end)) {
      const { bytes, length } = this.#partial;
      this.#partial = null;
      this.#read(bytes, length);
    }
  }
  calleeLost(error: ConnectionError | null): void {
    if (this.#replayLength > 0) this.#askAgain();
    else if (this.answerDone) this.settle();
    else if (!this.caller.exchange.answering) this.#fail(lostReason(error, this.#partial !== null));
    else if (error === null && this.answerBody.framing === "close") this.answerClosed();
    else this.cut(error === null ? "fin" : "rst", "reset");
  }
  broke(error: unknown): void {
    this.caller.context.report(error);
    this.caller.end();
  }

  // === ExchangeHandler
  /** The caller's FIN decides nothing: the answer is still delivered to a caller that only half-closed. */
  callerEnded(): void {
    const { context, transport, exchange } = this.caller;
    if (this.#observed || this.#peer !== null) return;
    this.#peer = new HalfClosedPeer(context.clock, context.orphans, transport, () => this.caller.abandon());
    if (exchange.bytesOut > 0) this.#peer.wrote();
  }
  callerGone(): void {
    this.letGo();
    this.callee?.drop();
    this.callee = null;
    this.#stopConfirming();
    if (this.caller.gaveUp) this.#cancelled();
    else this.observe("reset");
  }
  stalled(): void {
    const { exchange, context } = this.caller;
    if (exchange.answering) this.cut("rst", "timeout");
    else this.#fail(gatewayTimeout("stalled", `no answer came, and no byte moved for ${context.limits.stallMs} ms`));
  }

  /** Cuts the answer in the middle. */
  protected cut(how: "fin" | "rst", end: Outcome["end"]): void {
    this.letGo();
    // A clean cut keeps the bytes let through before the cut, on both sides.
    if (how === "fin") this.callee?.retire();
    else this.callee?.drop();
    this.callee = null;
    this.observe(end);
    this.caller.cut(how);
  }
  /** Finishes the exchange: both sides are served. */
  protected finish(): void {
    const { callee, caller } = this;
    const nowMs = caller.hasEnded ? caller.context.clock.nowMs() : caller.exchange.endedMs;
    this.letGo();
    this.callee = null;
    if (this.calleeStays) callee?.release(nowMs);
    else callee?.retire();
    caller.over(this.callerStays && caller.exchange.requestDone, nowMs);
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
  /** Called when bytes of the answer were written. */
  protected wrote(): void {
    this.#peer?.wrote();
  }
  /** True while the agent does not know yet whether the caller took the answer. */
  protected get isConfirming(): boolean {
    return this.#confirming !== null;
  }
  #confirm(): void {
    const { context, transport } = this.caller;
    const answeredMs = context.clock.nowMs();
    this.#confirming = context.clock.wake(answeredMs + CONFIRM_MS, () => {
      this.#confirming = null;
      if (transport.isPeerThere) this.observe("clean", answeredMs);
      else this.#cancelled();
      this.settle();
    });
  }
  #stopConfirming(): void {
    this.#confirming?.cancel();
    this.#confirming = null;
  }
  /** The caller gave up: at the time of FIN, or now. */
  #cancelled(): void {
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
    this.#peer?.stop();
    this.#peer = null;
    const { exchange, context, transport } = this.caller;
    exchange.end = end;
    exchange.endedMs = endedMs ?? context.clock.nowMs();
    exchange.treated ||= this.caller.isHit;
    transport.answered(exchange, this.answerBody.framing === "close");
    context.observer.ended(exchange.watched, exchange);
  }
  /** Writes a refusal as the answer, with the reason why there is no other. */
  protected writeRefusal(refusal: Refusal): void {
    const { exchange, transport } = this.caller;
    this.callerStays = exchange.keepAlive && exchange.requestDone && !this.caller.context.draining;
    const bytes = refusalAnswer(refusal, exchange.toHead, !this.callerStays);
    exchange.status = refusal.status;
    exchange.answering = true;
    exchange.bytesOut += bytes.length;
    transport.writeCopy(bytes);
  }

  #keep(buffer: Buffer, start: number, end: number): void {
    this.#replayLength = end - start;
    if (this.#replay.length < end - start) this.#replay = Buffer.allocUnsafeSlow(Math.max(LEAST_REPLAY, end - start));
    buffer.copy(this.#replay, 0, start, end);
  }
  #askAgain(): void {
    const { context, exchange } = this.caller;
    const replay = this.#replay.subarray(0, this.#replayLength);
    this.#replayLength = 0;
    this.callee?.drop();
    this.callee = context.callee(exchange.endpoint, true);
    this.callee.handler = this;
    this.callee.transport.writeCopy(replay);
  }
  #fail(refusal: Refusal): void {
    const { name } = this.caller.exchange.endpoint;
    this.callee?.drop();
    this.callee = null;
    // A caller that has sent FIN does not wait for the answer that the callee does not give.
    if (this.caller.hasEnded) this.#cancelled();
    this.unanswered({ ...refusal, reason: `upstream ${name}: ${refusal.reason}` });
  }
  #read(buffer: Buffer, end: number): void {
    let p = 0;
    while (p !== STOP && p < end && this.callee !== null && !this.answerDone)
      p = this.caller.exchange.answering ? this.answerPiece(buffer, p, end) : this.#readHead(buffer, p, end);
  }
  #readHead(buffer: Buffer, p: number, end: number): number {
    const { exchange } = this.caller;
    const at = RESPONSE_HEAD.parse(buffer, p, end);
    if (at === MORE) {
      this.#partial = new PartialHead(buffer, p, end);
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
    this.#decideWhatStays(framing);
    return this.answer(buffer, p, at, end, framing);
  }
  /** Passes 100 Continue and other interim answers at once; HTTP/1.0 does not know interim answers. */
  #interim(buffer: Buffer, p: number, at: number): number {
    const { exchange, transport } = this.caller;
    if (exchange.old) return at;
    exchange.bytesOut += at - p;
    if (!transport.writeCopy(buffer.subarray(p, at))) this.waitForCaller();
    this.wrote();
    return at;
  }
  #switch(buffer: Buffer, p: number, at: number, end: number): number {
    const { caller, callee } = this;
    if (!caller.exchange.upgrade) {
      this.#fail(badGateway("unasked-upgrade", "it changed the protocol without having been asked to"));
      return STOP;
    }
    caller.exchange.answered(101, buffer, p, at);
    caller.exchange.bytesOut += at - p;
    this.observe("clean");
    this.letGo();
    this.callee = null;
    new Tunnel(caller, callee!).begin(buffer, p, end);
    return STOP;
  }
  #decideWhatStays(framing: Framing): void {
    const { exchange } = this.caller;
    const { close, old, keepAlive } = RESPONSE_HEAD;
    const stays = framing !== "close" && !close && (!old || keepAlive);
    // Servers that overlook an upgrade have been seen to overlook the next request, too.
    this.calleeStays = stays && !exchange.upgrade && (!exchange.old || exchange.keepAlive);
    // An HTTP/1.0 connection stays only where both sides said so.
    this.callerStays = stays && exchange.keepAlive && (!exchange.old || keepAlive);
  }
}

const lostReason = (error: ConnectionError | null, inHead: boolean): Refusal => {
  if (inHead) return badGateway("cut-off", "it closed the connection in the middle of the head of its answer");
  switch (error?.code) {
    case undefined:
      return badGateway("closed", "it closed the connection without an answer");
    case "refused":
      return badGateway("refused", "connection refused");
    case "timeout":
      return gatewayTimeout("connect-timeout", error!.message);
    case "reset":
      return badGateway("reset", "connection reset without an answer");
    default:
      return badGateway(error!.code, error!.message);
  }
};
