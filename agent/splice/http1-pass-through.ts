/**
 * Pass-through: an exchange that no fault acts on. The original bytes go on as received, a single write for each chunk,
 * out of the buffer they were read into. A single object for each connection, used again and again.
 */
import type { Framing } from "../http1/body.ts";
import { BAD, MORE } from "../http1/fields.ts";
import { REQUEST_HEAD, RESPONSE_HEAD } from "../http1/head.ts";
import { badGateway, REFUSED, type Refusal } from "../http1/refusal.ts";
import type { ConnectionError } from "../transport/transport.ts";
import { LENT } from "./http1-caller-side.ts";
import { farewellHead } from "./http1-farewell.ts";
import { STOP, UpstreamExchange } from "./http1-upstream-exchange.ts";

export class PassThrough extends UpstreamExchange {
  /**
   * The callee has not taken the caller's buffer yet, or (`#answerLent`) the caller the callee's. A connection whose
   * buffer is lent must not read on.
   */
  #requestLent = false;
  #answerLent = false;

  get withheld(): boolean {
    return false;
  }
  get isRequestSent(): boolean {
    return this.isRequestOver;
  }

  /** Takes the head that was parsed last, and the part of the body behind the head. Returns where that part ends. */
  begin(buffer: Buffer, at: number, end: number): number {
    const { caller } = this;
    const { start } = REQUEST_HEAD;
    this.#requestLent = false;
    this.#answerLent = false;
    this.begun();
    const to = this.#requestEnd(buffer, at, end);
    if (to === STOP) return end;
    caller.exchange.bytesIn = to - start;
    this.#send(buffer, start, to);
    this.askInVain();
    return to;
  }
  body(buffer: Buffer, p: number, end: number): number {
    const to = this.#requestEnd(buffer, p, end);
    if (to === STOP) return end;
    this.caller.exchange.bytesIn += to - p;
    if (to > p) this.#send(buffer, p, to);
    if (this.caller.exchange.requestDone) this.settle();
    return to;
  }
  callerDrained(): void {
    if (!this.#answerLent) return;
    this.#answerLent = false;
    this.callee.transport.resume();
    this.answerTaken();
    this.settle();
  }
  protected get isAnswerPending(): boolean {
    return this.#answerLent;
  }
  calleeDrained(): void {
    if (!this.#requestLent) return;
    this.#requestLent = false;
    this.caller.release(LENT);
    this.settle();
  }

  protected answer(buffer: Buffer, p: number, at: number, end: number, _framing: Framing): number {
    const to = this.answerBody.skip(buffer, at, end);
    if (to === BAD) {
      this.callee.drop();
      this.refuseAnswer(badGateway("answer-bad-chunk", "its answer cannot be read: a chunk of the body is malformed"));
      return STOP;
    }
    this.caller.exchange.answered(RESPONSE_HEAD.status, buffer, p, at);
    if (this.caller.context.draining) return this.#farewell(buffer, p, at, to === MORE ? end : to, end, to !== MORE);
    return this.#forward(buffer, p, to === MORE ? end : to, end, to !== MORE);
  }
  protected answerPiece(buffer: Buffer, p: number, end: number): number {
    const to = this.answerBody.skip(buffer, p, end);
    if (to === BAD) {
      this.cut("rst", "reset");
      return STOP;
    }
    return this.#forward(buffer, p, to === MORE ? end : to, end, to !== MORE);
  }
  protected behind(buffer: Buffer, p: number, end: number): void {
    this.caller.strayBytes(buffer.subarray(p, end), end - p);
  }
  protected answerClosed(): void {
    this.answered();
    // While the caller is asked for its name, or takes the last bytes, the callee's end waits.
    if (!this.isConfirming) this.caller.passEnd(null);
  }
  protected endEarly(error: ConnectionError | null): void {
    this.observe(error === null ? "cut" : "reset");
    this.answerDone = true;
    this.caller.passEnd(error);
    this.settle();
  }
  protected unanswered(refusal: Refusal): void {
    this.#unlend();
    this.writeRefusal(refusal);
    this.answerDone = true;
    this.observe(refusal.status === 504 ? "timeout" : "clean");
    this.finish();
  }
  protected waitForCaller(): void {
    this.#answerLent = true;
    this.callee.transport.pause();
  }
  protected letGo(): void {
    this.#unlend();
  }
  protected settle(): void {
    if (!this.answerDone || this.isConfirming || this.#answerLent) return;
    // An early answer: the rest of the request still goes to the callee, as without an agent in between.
    if (this.isRequestOver && !this.#requestLent) this.finish();
  }

  #send(buffer: Buffer, start: number, end: number): void {
    if (this.callee.write(buffer, start, end)) return;
    this.#requestLent = true;
    this.caller.hold(LENT);
  }
  /** Finds the end of the request in buffer[p, end). STOP: the request is malformed, and refused. */
  #requestEnd(buffer: Buffer, p: number, end: number): number {
    const { caller } = this;
    const to = caller.body.skip(buffer, p, end);
    if (to === BAD) {
      this.#refuseChunk();
      return STOP;
    }
    caller.exchange.requestDone = to !== MORE;
    return to === MORE ? end : to;
  }
  #refuseChunk(): void {
    const { caller } = this;
    if (caller.exchange.answering) {
      this.cut("rst", "reset");
      return;
    }
    this.isOver = true;
    this.letGo();
    this.callee.drop();
    caller.exchange.status = REFUSED.chunk.status;
    this.observe("clean");
    caller.refuse(REFUSED.chunk);
  }
  #forward(buffer: Buffer, from: number, to: number, end: number, done: boolean): number {
    const { transport, exchange } = this.caller;
    exchange.bytesOut += to - from;
    // Bytes behind the answer belong to no request, and pass together with the answer.
    if (!transport.write(buffer, from, done ? end : to)) this.waitForCaller();
    this.caller.wrote();
    if (!done) return to;
    this.answered();
    return STOP;
  }
  /**
   * Forwards a head that says that the connection ends with this answer, so that the caller uses another connection and
   * loses no request.
   */
  #farewell(buffer: Buffer, p: number, at: number, to: number, end: number, done: boolean): number {
    const { transport, exchange } = this.caller;
    const head = farewellHead(buffer, p, at);
    this.callerStays = false;
    exchange.bytesOut += head.length;
    if (!transport.writeCopy(head)) this.waitForCaller();
    return this.#forward(buffer, at, to, end, done);
  }
  #unlend(): void {
    if (!this.#requestLent) return;
    this.#requestLent = false;
    this.caller.release(LENT);
  }
}
