/**
 * Faulted exchange: an exchange that faults act on. Request and answer are taken apart into head, data and end, pass
 * the faults, and are framed anew: the request on the way to the callee; the answer, or an answer that a fault made, on
 * the way to the caller.
 */

import type { Admission } from "../faults/admission.ts";
import { NO_FAULTS } from "../faults/edge-faults.ts";
import type { BodyReader, Framing } from "../http1/body.ts";
import { BROKEN, DATA, END, NOTHING_YET, TRAILER } from "../http1/chunked.ts";
import { RESPONSE_HEAD } from "../http1/head.ts";
import { type RequestHeadView, ResponseHeadView } from "../http1/head-view.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import { answerWriter, type MessageWriter, requestWriter } from "../http1/message-writer.ts";
import { REFUSED, type Refusal, refusalParts } from "../http1/refusal.ts";
import type { Outcome } from "../metrics/observer.ts";
import type { ConnectionError } from "../transport/transport.ts";
import { ExchangeFaults, type RequestSink } from "./exchange-faults.ts";
import type { Flow, FlowSink, FlowSource } from "./flow.ts";
import { type CallerSide, CONGESTED } from "./http1-caller-side.ts";
import { STOP, UpstreamExchange } from "./http1-upstream-exchange.ts";
import { WriteCoalescer } from "./http1-write-coalescer.ts";

/**
 * Most remaining bytes of a request body, made pointless by a fault's answer, that are still read; with more, the
 * connection ends.
 */
const MOST_DRAINED = 64 * 1024;
/** Most bytes of the callee behind an answer that a fault still holds, before the callee waits. */
const MOST_BEHIND = 64 * 1024;

export class FaultedExchange extends UpstreamExchange {
  readonly #view: RequestHeadView;
  readonly #faults: ExchangeFaults;
  readonly #request: Flow<RequestHeadView>;
  readonly #response: Flow<ResponseHead>;
  #requestWriter: MessageWriter | null = null;
  #answerWriter: MessageWriter | null = null;
  readonly #requestWrites = new WriteCoalescer(
    (bytes) => this.#sendRequest(bytes),
    () => this.#request.congest(),
  );
  readonly #answerWrites = new WriteCoalescer(
    (bytes) => this.#sendAnswer(bytes),
    () => this.#response.congest(),
  );
  #requestTrailers = "";
  #answerTrailers = "";
  /** The whole request has gone to the callee. */
  #requestSent = false;
  /**
   * A fault, or the agent in the callee's place, answers: the callee is not asked, or the callee's answer is ignored.
   */
  #made = false;
  /** The answer has been read whole. */
  #answerRead = false;
  /** The callee (or the caller, below) has not taken all bytes. */
  #calleeWaits = false;
  #callerWaits = false;
  /** The callee ended before the answer was whole; the end follows the bytes before it. */
  #calleeEnd: { readonly error: ConnectionError | null } | null = null;
  /** Bytes that the callee sent behind the answer, which a fault still holds. */
  #behind: readonly Buffer[] = [];

  constructor(caller: CallerSide, view: RequestHeadView, admissions: readonly Admission[]) {
    super(caller);
    const { faults, clock } = caller.context;
    this.#view = view;
    this.#faults = new ExchangeFaults(faults, admissions, clock);
    const flows = this.#faults.flows(
      { sink: this.#toCallee(), source: this.#fromCaller() },
      { sink: this.#toCaller(), source: this.#fromCallee() },
    );
    this.#request = flows.request as unknown as Flow<RequestHeadView>;
    this.#response = flows.response;
  }
  /** While faults live, a standstill may be intended. */
  get withheld(): boolean {
    return this.caller.context.faults.exchangeFaults !== NO_FAULTS;
  }
  get isRequestSent(): boolean {
    return this.#requestSent || this.#made;
  }

  /** Sends the head into the flow; the body follows through `body`. */
  begin(): void {
    const { exchange, body, turnMs } = this.caller;
    this.begun();
    exchange.requestDone = body.framing === "none";
    this.#request.head(this.#view, turnMs);
    if (exchange.requestDone && !this.isOver) this.#request.end(turnMs);
    if (!this.isOver) this.settle();
  }
  body(buffer: Buffer, p: number, end: number): number {
    const { exchange, body, turnMs } = this.caller;
    const at = this.#take(body, buffer, p, end, this.#request, turnMs);
    if (at === STOP) {
      this.#refuseChunk();
      return end;
    }
    exchange.bytesIn += at - p;
    if (body.found === END && !this.isOver) {
      exchange.requestDone = true;
      this.#request.end(turnMs);
      this.settle();
    }
    return at;
  }
  callerDrained(): void {
    if (!this.#callerWaits) return;
    this.#callerWaits = false;
    this.#response.drained();
    this.answerTaken();
    if (!this.isOver) this.settle();
  }
  override callerEnded(): void {
    super.callerEnded();
    if (!this.caller.exchange.requestDone && !this.isOver) this.#request.cut("fin");
  }
  protected get isAnswerPending(): boolean {
    return this.#callerWaits;
  }
  calleeDrained(): void {
    if (!this.#calleeWaits) return;
    this.#calleeWaits = false;
    this.#request.drained();
    if (!this.isOver) this.settle();
  }

  protected answer(buffer: Buffer, p: number, at: number, end: number, _framing: Framing): number {
    const { exchange } = this.caller;
    const { status } = RESPONSE_HEAD;
    const nowMs = this.caller.context.clock.nowMs();
    exchange.answered(status, buffer, p, at);
    this.#response.head(new ResponseHeadView(status, buffer, p, at), nowMs);
    return this.isOver ? STOP : this.#answerPiece(buffer, at, end, nowMs);
  }
  protected answerPiece(buffer: Buffer, p: number, end: number): number {
    return this.#answerPiece(buffer, p, end, this.caller.context.clock.nowMs());
  }
  #answerPiece(buffer: Buffer, p: number, end: number, nowMs: number): number {
    if (this.#answerRead) {
      this.behind(buffer, p, end);
      return STOP;
    }
    const at = this.#take(this.answerBody, buffer, p, end, this.#response, nowMs);
    if (this.isOver) return STOP;
    if (at === STOP) {
      this.cut("rst", "reset");
      return STOP;
    }
    if (this.answerBody.found !== END) return at;
    this.#answerRead = true;
    if (at < end) this.behind(buffer, at, end);
    this.#response.end(nowMs);
    return STOP;
  }
  protected behind(buffer: Buffer, p: number, end: number): void {
    if (this.answerDone) {
      this.caller.strayBytes(buffer.subarray(p, end), end - p);
      return;
    }
    this.#behind = [...this.#behind, Buffer.from(buffer.subarray(p, end))];
    if (this.#behind.reduce((sum, { length }) => sum + length, 0) > MOST_BEHIND) this.callee.transport.pause();
  }
  protected override answered(): void {
    const behind = this.#behind;
    this.#behind = [];
    this.callee.transport.resume();
    for (const bytes of behind) this.caller.strayBytes(bytes, bytes.length);
    super.answered();
  }
  protected answerClosed(): void {
    this.#answerRead = true;
    this.#response.end();
  }
  /** The callee is silent for good: the refusal passes the faults like the callee's own answer. */
  protected unanswered(refusal: Refusal): void {
    const { exchange } = this.caller;
    const made = refusalParts(refusal);
    this.#made = true;
    exchange.answering = true;
    this.#request.dispose();
    const nowMs = this.caller.context.clock.nowMs();
    this.#response.head({ status: refusal.status, made, header: (name) => made.headers[name] }, nowMs);
    this.#response.data(made.body, nowMs);
    this.#response.end(nowMs);
  }
  protected override observe(end: Outcome["end"], endedMs?: number): void {
    this.caller.exchange.treated = this.isTreated;
    super.observe(end, endedMs);
  }
  get isTreated(): boolean {
    return this.#faults.isHit(this.caller.context.clock.nowMs());
  }
  protected letGo(): void {
    this.isOver = true;
    this.#requestWrites.flush();
    this.#answerWrites.flush();
    this.#faults.over();
    this.caller.release(CONGESTED);
  }
  protected waitForCaller(): void {
    this.#callerWaits = true;
    this.#response.congest();
  }
  protected settle(): void {
    if (!this.answerDone || this.isConfirming || this.#callerWaits || this.isOver) return;
    const rest = this.#made ? !this.isRequestOver && this.callerStays : !this.#requestSent || this.#calleeWaits;
    if (!rest) this.finish();
  }
  override calleeLost(error: ConnectionError | null): void {
    // The end follows behind the answer; a request that a fault still holds would not have met a refused dial yet.
    const isLater = this.#made || (this.#answerRead && !this.answerDone);
    const isEarly = this.callee.isUnreached && this.#requestWriter === null;
    if (!isLater && !isEarly) super.calleeLost(error);
  }
  protected endEarly(error: ConnectionError | null): void {
    this.#calleeEnd ??= { error };
    if (error !== null && this.#response.pending === 0) this.#endNow(error);
    else this.#response.cut(error === null ? "fin" : "rst");
  }
  #endNow(error: ConnectionError | null): void {
    this.#answerWrites.flush();
    this.observe(error === null ? "cut" : "reset");
    this.answerDone = true;
    this.#answerRead = true;
    this.caller.passEnd(error);
    this.settle();
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
  #refuseChunk(): void {
    if (this.isOver) return;
    if (this.caller.exchange.answering) {
      this.cut("rst", "reset");
      return;
    }
    this.letGo();
    this.callee.drop();
    this.caller.exchange.status = REFUSED.chunk.status;
    this.observe("clean");
    this.caller.refuse(REFUSED.chunk);
  }
  #cut(how: "fin" | "rst"): void {
    if (!this.isOver) this.cut(how, "reset");
  }
  /** The caller's FIN, which came inside the request, follows the bytes before it. */
  #endRequest(): void {
    this.#requestWrites.flush();
    this.#requestSent = true;
    this.caller.requestSent();
    this.settle();
  }

  #toCallee(): RequestSink {
    return {
      head: (_view, edit) => {
        const { exchange, body } = this.caller;
        this.#requestWriter = requestWriter(this.#view, edit ?? {}, body.framing);
        const { head } = this.#requestWriter;
        if (exchange.requestDone && this.#requestWriter.framing === "none") this.#sendRequest(head);
        else this.#requestWrites.put(head);
        // In a later turn: the flow is in the midst of the request.
        if (this.callee.lost) process.nextTick(() => this.askInVain());
      },
      data: (bytes) => sent(this.#requestWrites, this.#requestWriter!, bytes),
      end: () => {
        this.#requestWrites.put(this.#requestWriter!.end(this.#requestTrailers));
        this.#requestWrites.flush();
        this.#requestSent = true;
        this.caller.requestSent();
        // A request held by a fault may end after the answer did: then the exchange waited only for this end.
        if (!this.isOver) this.settle();
      },
      cut: (how) => {
        const isCallers = this.caller.hasEnded && !this.caller.exchange.requestDone && how === "fin";
        if (isCallers) this.#endRequest();
        else this.#cut(how);
      },
      answered: () => {
        this.#made = true;
        this.caller.exchange.answering = true;
      },
    };
  }
  #sendRequest(bytes: Buffer): boolean {
    const taken = this.callee.write(bytes, 0, bytes.length);
    if (!taken) this.#calleeWaits = true;
    return taken;
  }
  #fromCaller(): FlowSource {
    return { pause: () => this.caller.hold(CONGESTED), resume: () => this.caller.release(CONGESTED) };
  }

  #toCaller(): FlowSink<ResponseHead> {
    return {
      head: (head, edit) => {
        const { exchange } = this.caller;
        const close = this.#isLastAnswer();
        this.callerStays = !close;
        const last = close && !this.#made ? farewell(edit) : edit;
        this.#answerWriter = answerWriter(head, last, this.#made ? "none" : this.answerBody.framing, {
          toHead: exchange.toHead,
          close,
        });
        exchange.status = this.#answerWriter.status;
        exchange.headOut = this.#answerWriter.head.length;
        this.#answerWrites.put(this.#answerWriter.head);
      },
      data: (bytes) => sent(this.#answerWrites, this.#answerWriter!, bytes),
      end: () => {
        this.#answerWrites.put(this.#answerWriter!.end(this.#answerTrailers));
        this.#answerWrites.flush();
        this.answered();
      },
      cut: (how) => {
        if (this.#calleeEnd === null) this.#cut(how);
        else this.#endNow(this.#calleeEnd.error);
      },
    };
  }
  #sendAnswer(bytes: Buffer): boolean {
    const { exchange, transport } = this.caller;
    exchange.bytesOut += bytes.length;
    const taken = transport.write(bytes, 0, bytes.length);
    if (!taken) this.#callerWaits = true;
    this.caller.wrote();
    return taken;
  }
  /** True: the connection ends with this answer, and the answer has to say so. */
  #isLastAnswer(): boolean {
    const { exchange, body, context } = this.caller;
    if (!this.#made) return context.draining;
    const drains = body.framing === "length" && body.left <= MOST_DRAINED && !exchange.expectsContinue;
    return this.callee.lost || context.draining || !exchange.keepAlive || !(exchange.requestDone || drains);
  }
  #fromCallee(): FlowSource {
    return { pause: () => this.callee.transport.pause(), resume: () => this.callee.transport.resume() };
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
