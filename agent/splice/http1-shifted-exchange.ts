/**
 * Shifted exchange: an exchange that faults only make late. The original bytes leave as they came, framing included; a
 * direction without a fault passes through. A single object for each connection, used again and again.
 */
import type { Admission } from "../faults/admission.ts";
import type { Framing } from "../http1/body.ts";
import { BAD, MORE } from "../http1/fields.ts";
import { REQUEST_HEAD, RESPONSE_HEAD } from "../http1/head.ts";
import { RequestHeadView, ResponseHeadView } from "../http1/head-view.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import { badGateway, type Refusal, refusalAnswer } from "../http1/refusal.ts";
import { farewellHead } from "./http1-farewell.ts";
import { FaultedExchange } from "./http1-faulted-exchange.ts";
import { STOP } from "./http1-upstream-exchange.ts";

export class ShiftedExchange extends FaultedExchange {
  /** Head of the request, held by a fault. */
  readonly #view = new RequestHeadView();
  #refusal: Refusal | null = null;

  /** Takes the head that was parsed last, and the part of the body behind the head. Returns where that part ends. */
  begin(admissions: readonly Admission[], buffer: Buffer, at: number, end: number): number {
    const { exchange, turnMs } = this.caller;
    const { start } = REQUEST_HEAD;
    this.#refusal = null;
    this.beginWith(admissions);
    const to = this.#requestEnd(buffer, at, end);
    if (to === STOP) return end;
    exchange.bytesIn = to - start;
    if (this.request.idle) {
      this.isRequestReleased = true;
      this.#passRequest(buffer, start, to);
      this.askInVain();
    } else {
      this.#view.look(buffer, REQUEST_HEAD, at).keep();
      this.request.head(this.#view, turnMs);
      if (to > at && !this.isOver) this.request.data(buffer.subarray(at, to), turnMs);
      if (exchange.requestDone && !this.isOver) this.request.end(turnMs);
    }
    if (!this.isOver) this.settle();
    return to;
  }
  body(buffer: Buffer, p: number, end: number): number {
    const { exchange, turnMs } = this.caller;
    const to = this.#requestEnd(buffer, p, end);
    if (to === STOP) return end;
    exchange.bytesIn += to - p;
    if (this.request.idle) this.#passRequest(buffer, p, to);
    else {
      this.request.data(buffer.subarray(p, to), turnMs);
      if (exchange.requestDone && !this.isOver) this.request.end(turnMs);
    }
    if (!this.isOver) this.settle();
    return to;
  }
  /** Passes bytes on that no fault holds, and that no held bytes are ahead of. */
  #passRequest(buffer: Buffer, from: number, to: number): void {
    if (to > from && !this.sendRequest(buffer.subarray(from, to))) this.request.congest();
    if (!this.caller.exchange.requestDone) return;
    this.requestSent = true;
    this.caller.requestSent();
  }
  /** Finds the end of the request in buffer[p, end). STOP: the request is malformed, and refused. */
  #requestEnd(buffer: Buffer, p: number, end: number): number {
    const { body, exchange } = this.caller;
    const to = body.skip(buffer, p, end);
    if (to === BAD) {
      this.refuseChunk();
      return STOP;
    }
    exchange.requestDone = to !== MORE;
    return to === MORE ? end : to;
  }

  protected answer(buffer: Buffer, p: number, at: number, end: number, _framing: Framing): number {
    const { exchange, context } = this.caller;
    const to = this.answerBody.skip(buffer, at, end);
    if (to === BAD) {
      this.callee.drop();
      this.refuseAnswer(badGateway("answer-bad-chunk", "its answer cannot be read: a chunk of the body is malformed"));
      return STOP;
    }
    const nowMs = context.clock.nowMs();
    exchange.answered(RESPONSE_HEAD.status, buffer, p, at);
    if (this.response.idle && !context.draining) return this.#answerData(buffer, p, to, end, nowMs);
    this.response.head(new ResponseHeadView(RESPONSE_HEAD.status, buffer, p, at), nowMs);
    return this.isOver ? STOP : this.#answerData(buffer, at, to, end, nowMs);
  }
  protected answerPiece(buffer: Buffer, p: number, end: number): number {
    if (this.answerRead) {
      this.behind(buffer, p, end);
      return STOP;
    }
    const to = this.answerBody.skip(buffer, p, end);
    if (to === BAD) {
      this.cut("rst", "reset");
      return STOP;
    }
    return this.#answerData(buffer, p, to, end, this.caller.context.clock.nowMs());
  }
  /**
   * Takes buffer[p, to) of the answer, which came at `nowMs`; `to` MORE: the answer goes on behind `end`. Returns where
   * reading stopped.
   */
  #answerData(buffer: Buffer, p: number, to: number, end: number, nowMs: number): number {
    const isWhole = to !== MORE;
    const until = isWhole ? to : end;
    const isHeld = !this.response.idle;
    if (isHeld) this.response.data(buffer.subarray(p, until), nowMs);
    else if (until > p && !this.answerWrites.lend(buffer.subarray(p, until))) this.response.congest();
    if (this.isOver) return STOP;
    if (!isWhole) return until;
    this.answerRead = true;
    if (until < end) this.behind(buffer, until, end);
    if (isHeld) this.response.end(nowMs);
    else {
      this.answerWrites.flush();
      this.answered();
    }
    return STOP;
  }
  protected override unanswered(refusal: Refusal): void {
    this.#refusal = refusal;
    super.unanswered(refusal);
  }

  protected releaseRequest(_edit: HeadEdit | null): void {
    const head = this.#view.bytes;
    if (this.caller.exchange.requestDone && this.caller.body.framing === "none") this.sendRequest(head);
    else this.requestWrites.put(head);
  }
  protected releaseRequestData(bytes: Uint8Array): boolean {
    return this.requestWrites.lend(bufferOf(bytes));
  }
  protected releaseRequestEnd(): void {}
  protected releaseAnswer(head: ResponseHead, _edit: HeadEdit | null): void {
    const { exchange, context } = this.caller;
    const bytes = this.#answerHead(head);
    this.callerStays = !this.isMade && !context.draining;
    exchange.status = head.status;
    exchange.headOut = bytes.length;
    this.answerWrites.put(bytes);
  }
  #answerHead(head: ResponseHead): Buffer {
    const { exchange, context } = this.caller;
    if (this.#refusal !== null) return refusalAnswer(this.#refusal, exchange.toHead, true);
    const { bytes } = head as ResponseHeadView;
    return context.draining ? farewellHead(bytes, 0, bytes.length) : bytes;
  }
  protected releaseAnswerData(bytes: Uint8Array): boolean {
    // The refusal has left whole, with its head.
    return this.#refusal !== null || this.answerWrites.lend(bufferOf(bytes));
  }
  protected releaseAnswerEnd(): void {}
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
