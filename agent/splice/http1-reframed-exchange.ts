/**
 * Reframed exchange: an exchange whose faults may change or cut its messages. Request and answer are taken apart into
 * head, data and end, pass the faults, and are framed anew: the request on the way to the callee; the answer, or an
 * answer that a fault made, on the way to the caller.
 */

import type { Admission } from "../faults/admission.ts";
import type { BodyReader, Framing } from "../http1/body.ts";
import { BROKEN, DATA, END, NOTHING_YET, TRAILER } from "../http1/chunked.ts";
import { RESPONSE_HEAD } from "../http1/head.ts";
import { type RequestHeadView, ResponseHeadView } from "../http1/head-view.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import { answerWriter, type MessageWriter, requestWriter } from "../http1/message-writer.ts";
import type { Flow } from "./flow.ts";
import type { CallerSide } from "./http1-caller-side.ts";
import { FaultedExchange } from "./http1-faulted-exchange.ts";
import { STOP } from "./http1-upstream-exchange.ts";
import type { WriteCoalescer } from "./http1-write-coalescer.ts";

/**
 * Most remaining bytes of a request body, made pointless by a fault's answer, that are still read; with more, the
 * connection ends.
 */
const MOST_DRAINED = 64 * 1024;

export class ReframedExchange extends FaultedExchange {
  readonly #view: RequestHeadView;
  readonly #admissions: readonly Admission[];
  #requestWriter: MessageWriter | null = null;
  #answerWriter: MessageWriter | null = null;
  #requestTrailers = "";
  #answerTrailers = "";

  /** `view`: keeps its bytes. */
  constructor(caller: CallerSide, view: RequestHeadView, admissions: readonly Admission[]) {
    super(caller);
    this.#view = view;
    this.#admissions = admissions;
  }

  /** Sends the head into the flow; the body follows through `body`. */
  begin(): void {
    const { exchange, body, turnMs } = this.caller;
    this.beginWith(this.#admissions);
    exchange.requestDone = body.framing === "none";
    this.request.head(this.#view, turnMs);
    if (exchange.requestDone && !this.isOver) this.request.end(turnMs);
    if (!this.isOver) this.settle();
  }
  body(buffer: Buffer, p: number, end: number): number {
    const { exchange, body, turnMs } = this.caller;
    const at = this.#take(body, buffer, p, end, this.request, turnMs);
    if (at === STOP) {
      this.refuseChunk();
      return end;
    }
    exchange.bytesIn += at - p;
    if (body.found === END && !this.isOver) {
      exchange.requestDone = true;
      this.request.end(turnMs);
      this.settle();
    }
    return at;
  }

  protected answer(buffer: Buffer, p: number, at: number, end: number, _framing: Framing): number {
    const { exchange } = this.caller;
    const { status } = RESPONSE_HEAD;
    const nowMs = this.caller.context.clock.nowMs();
    exchange.answered(status, buffer, p, at);
    this.response.head(new ResponseHeadView(status, buffer, p, at), nowMs);
    return this.isOver ? STOP : this.#answerPiece(buffer, at, end, nowMs);
  }
  protected answerPiece(buffer: Buffer, p: number, end: number): number {
    return this.#answerPiece(buffer, p, end, this.caller.context.clock.nowMs());
  }
  #answerPiece(buffer: Buffer, p: number, end: number, nowMs: number): number {
    if (this.answerRead) {
      this.behind(buffer, p, end);
      return STOP;
    }
    const at = this.#take(this.answerBody, buffer, p, end, this.response, nowMs);
    if (this.isOver) return STOP;
    if (at === STOP) {
      this.cut("rst", "reset");
      return STOP;
    }
    if (this.answerBody.found !== END) return at;
    this.answerRead = true;
    if (at < end) this.behind(buffer, at, end);
    this.response.end(nowMs);
    return STOP;
  }
  /** Takes a body apart and pushes the parts. Returns where reading stopped; STOP: the body is malformed. */
  #take<Head>(body: BodyReader, buffer: Buffer, from: number, end: number, flow: Flow<Head>, nowMs: number): number {
    let p = from;
    for (;;) {
      p = body.read(buffer, p, end);
      if (this.isOver || body.found === NOTHING_YET || body.found === END) return p;
      if (body.found === BROKEN) return STOP;
      if (body.found === DATA) flow.data(buffer.subarray(body.from, body.to), nowMs);
      else if (body.found === TRAILER) this.#trailer(body, buffer.toString("latin1", body.from, body.to));
    }
  }
  #trailer(body: BodyReader, text: string): void {
    if (body === this.answerBody) this.#answerTrailers += text;
    else this.#requestTrailers += text;
  }

  protected releaseRequest(edit: HeadEdit | null): void {
    const { exchange, body } = this.caller;
    this.#requestWriter = requestWriter(this.#view, edit ?? {}, body.framing);
    const { head } = this.#requestWriter;
    if (exchange.requestDone && this.#requestWriter.framing === "none") this.sendRequest(head);
    else this.requestWrites.put(head);
  }
  protected releaseRequestData(bytes: Uint8Array): boolean {
    return sent(this.requestWrites, this.#requestWriter!, bytes);
  }
  protected releaseRequestEnd(): void {
    this.requestWrites.put(this.#requestWriter!.end(this.#requestTrailers));
  }
  protected releaseAnswer(head: ResponseHead, edit: HeadEdit | null): void {
    const { exchange } = this.caller;
    const close = this.#isLastAnswer();
    this.callerStays = !close;
    const last = close && !this.isMade ? farewell(edit) : edit;
    this.#answerWriter = answerWriter(head, last, this.isMade ? "none" : this.answerBody.framing, {
      toHead: exchange.toHead,
      close,
    });
    exchange.status = this.#answerWriter.status;
    exchange.headOut = this.#answerWriter.head.length;
    this.answerWrites.put(this.#answerWriter.head);
  }
  protected releaseAnswerData(bytes: Uint8Array): boolean {
    return sent(this.answerWrites, this.#answerWriter!, bytes);
  }
  protected releaseAnswerEnd(): void {
    this.answerWrites.put(this.#answerWriter!.end(this.#answerTrailers));
  }
  /** True: the connection ends with this answer, and the answer has to say so. */
  #isLastAnswer(): boolean {
    const { exchange, body, context } = this.caller;
    if (!this.isMade) return context.draining;
    const drains = body.framing === "length" && body.left <= MOST_DRAINED && !exchange.expectsContinue;
    return this.callee.lost || context.draining || !exchange.keepAlive || !(exchange.requestDone || drains);
  }
}

const farewell = (edit: HeadEdit | null): HeadEdit => ({
  ...edit,
  headers: { ...edit?.headers, connection: "close" },
});
/** Sends a piece of a body. A chunk is our own copy with framing; bytes of other bodies are still borrowed. */
const sent = (writes: WriteCoalescer, writer: MessageWriter, bytes: Uint8Array): boolean => {
  const framed = writer.data(bytes);
  return writer.framing === "chunked" ? writes.put(framed) : writes.lend(framed);
};
