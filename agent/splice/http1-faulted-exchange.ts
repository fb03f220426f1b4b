/**
 * Faulted exchange: an exchange that faults act on. Request and answer pass the faults as parts, in two flows, and the
 * ends of both follow behind the parts. Subclasses differ in the parts and in the bytes that leave: `ShiftedExchange`
 * sends the original bytes, `ReframedExchange` frames the messages anew.
 */
import type { Admission } from "../faults/admission.ts";
import { NO_FAULTS } from "../faults/edge-faults.ts";
import type { FaultListener } from "../faults/fault-listener.ts";
import type { RequestHeadView } from "../http1/head-view.ts";
import type { HeadEdit, ResponseHead } from "../http1/message.ts";
import { REFUSED, type Refusal, refusalParts } from "../http1/refusal.ts";
import type { Outcome } from "../metrics/observer.ts";
import type { ConnectionError } from "../transport/transport.ts";
import { ExchangeFaults, type RequestSink } from "./exchange-faults.ts";
import type { Flow, FlowSink, FlowSource } from "./flow.ts";
import { type CallerSide, CONGESTED } from "./http1-caller-side.ts";
import { UpstreamExchange } from "./http1-upstream-exchange.ts";
import { WriteCoalescer } from "./http1-write-coalescer.ts";

/** Most bytes of the callee behind an answer that a fault still holds, before the callee waits. */
const MOST_BEHIND = 64 * 1024;

export abstract class FaultedExchange extends UpstreamExchange {
  /** Admissions of the exchange under way, and the flows that its faults act in. */
  #faults!: ExchangeFaults;
  protected request!: Flow<RequestHeadView>;
  protected response!: Flow<ResponseHead>;
  protected readonly requestWrites: WriteCoalescer;
  protected readonly answerWrites: WriteCoalescer;
  /** The head of the request has passed the faults, on the way to the callee. */
  protected isRequestReleased = false;
  /** The whole request has gone to the callee. */
  protected requestSent = false;
  /**
   * A fault, or the agent in the callee's place, answers: the callee is not asked, or the callee's answer is ignored.
   */
  protected isMade = false;
  /** The answer has been read whole. */
  protected answerRead = false;
  /** The callee (or the caller, below) has not taken all bytes. */
  #calleeWaits = false;
  #callerWaits = false;
  /** The callee ended before the answer was whole; the end follows the bytes before it. */
  #calleeEnd: { readonly error: ConnectionError | null } | null = null;
  /** Bytes that the callee sent behind the answer, which a fault still holds. */
  #behind: readonly Buffer[] = [];

  constructor(caller: CallerSide) {
    super(caller);
    this.requestWrites = new WriteCoalescer(
      (bytes) => this.sendRequest(bytes),
      () => this.request.congest(),
    );
    this.answerWrites = new WriteCoalescer(
      (bytes) => this.sendAnswer(bytes),
      () => this.response.congest(),
    );
  }

  /** Writes the head of the request, which has passed the faults. */
  protected abstract releaseRequest(edit: HeadEdit | null): void;
  /** Writes a piece of the request's body. False: no more for the moment; borrowed bytes stay lent until then. */
  protected abstract releaseRequestData(bytes: Uint8Array): boolean;
  /** Writes the bytes that end the request, if the framing has any. */
  protected abstract releaseRequestEnd(): void;
  protected abstract releaseAnswer(head: ResponseHead, edit: HeadEdit | null): void;
  protected abstract releaseAnswerData(bytes: Uint8Array): boolean;
  protected abstract releaseAnswerEnd(): void;

  /** Begins the exchange, or begins anew with the next. */
  protected beginWith(admissions: readonly Admission[]): void {
    const { faults, clock } = this.caller.context;
    this.begun();
    this.isRequestReleased = false;
    this.requestSent = false;
    this.isMade = false;
    this.answerRead = false;
    this.#calleeWaits = false;
    this.#callerWaits = false;
    this.#calleeEnd = null;
    this.#behind = [];
    this.#faults = new ExchangeFaults(faults, admissions, clock);
    const flows = this.#faults.flows(
      { sink: this.#toCallee, source: this.#fromCaller },
      { sink: this.#toCaller, source: this.#fromCallee },
    );
    this.request = flows.request as unknown as Flow<RequestHeadView>;
    this.response = flows.response;
  }
  override get faults(): FaultListener {
    return this.#faults;
  }
  /** While faults live, a standstill may be intended. */
  get withheld(): boolean {
    return this.caller.context.faults.exchangeFaults !== NO_FAULTS;
  }
  get isRequestSent(): boolean {
    return this.requestSent || this.isMade;
  }

  callerDrained(): void {
    if (!this.#callerWaits) return;
    this.#callerWaits = false;
    this.response.drained();
    this.answerTaken();
    if (!this.isOver) this.settle();
  }
  override callerEnded(): void {
    super.callerEnded();
    if (!this.caller.exchange.requestDone && !this.isOver) this.request.cut("fin");
  }
  protected get isAnswerPending(): boolean {
    return this.#callerWaits;
  }
  calleeDrained(): void {
    if (!this.#calleeWaits) return;
    this.#calleeWaits = false;
    this.request.drained();
    if (!this.isOver) this.settle();
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
    this.answerRead = true;
    this.response.end();
  }
  /** The callee is silent for good: the refusal passes the faults like the callee's own answer. */
  protected unanswered(refusal: Refusal): void {
    const { exchange } = this.caller;
    const made = refusalParts(refusal);
    this.isMade = true;
    exchange.answering = true;
    this.request.dispose();
    const nowMs = this.caller.context.clock.nowMs();
    this.response.head({ status: refusal.status, made, header: (name) => made.headers[name] }, nowMs);
    this.response.data(made.body, nowMs);
    this.response.end(nowMs);
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
    this.requestWrites.flush();
    this.answerWrites.flush();
    this.#faults.over();
    this.caller.release(CONGESTED);
  }
  protected waitForCaller(): void {
    this.#callerWaits = true;
    this.response.congest();
  }
  protected settle(): void {
    if (!this.answerDone || this.isConfirming || this.#callerWaits || this.isOver) return;
    const rest = this.isMade ? !this.isRequestOver && this.callerStays : !this.requestSent || this.#calleeWaits;
    if (!rest) this.finish();
  }
  override calleeLost(error: ConnectionError | null): void {
    // The end follows behind the answer; a request that a fault still holds would not have met a refused dial yet.
    const isLater = this.isMade || (this.answerRead && !this.answerDone);
    const isEarly = this.callee.isUnreached && !this.isRequestReleased;
    if (!isLater && !isEarly) super.calleeLost(error);
  }
  protected endEarly(error: ConnectionError | null): void {
    this.#calleeEnd ??= { error };
    if (error !== null && this.response.pending === 0) this.#endNow(error);
    else this.response.cut(error === null ? "fin" : "rst");
  }
  #endNow(error: ConnectionError | null): void {
    this.answerWrites.flush();
    this.observe(error === null ? "cut" : "reset");
    this.answerDone = true;
    this.answerRead = true;
    this.caller.passEnd(error);
    this.settle();
  }

  protected refuseChunk(): void {
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
  readonly #toCallee: RequestSink = {
    head: (_view, edit) => {
      this.isRequestReleased = true;
      this.releaseRequest(edit);
      // In a later turn: the flow is in the midst of the request.
      if (this.callee.lost) process.nextTick(() => this.askInVain());
    },
    data: (bytes) => this.releaseRequestData(bytes),
    end: () => {
      this.releaseRequestEnd();
      this.requestWrites.flush();
      this.#requestLeft();
    },
    cut: (how) => {
      const isCallers = this.caller.hasEnded && !this.caller.exchange.requestDone && how === "fin";
      if (isCallers) this.#endRequest();
      else this.#cut(how);
    },
    answered: () => {
      this.isMade = true;
      this.caller.exchange.answering = true;
    },
  };
  /** The caller's FIN, which came inside the request, follows the bytes before it. */
  #endRequest(): void {
    this.requestWrites.flush();
    this.#requestLeft();
  }
  #requestLeft(): void {
    this.requestSent = true;
    this.caller.requestSent();
    // A request held by a fault may end after the answer did: then the exchange waited only for this end.
    if (!this.isOver) this.settle();
  }
  protected sendRequest(bytes: Buffer): boolean {
    const taken = this.callee.write(bytes, 0, bytes.length);
    if (!taken) this.#calleeWaits = true;
    return taken;
  }
  readonly #fromCaller: FlowSource = {
    pause: () => this.caller.hold(CONGESTED),
    resume: () => this.caller.release(CONGESTED),
  };

  readonly #toCaller: FlowSink<ResponseHead> = {
    head: (head, edit) => this.releaseAnswer(head, edit),
    data: (bytes) => this.releaseAnswerData(bytes),
    end: () => {
      this.releaseAnswerEnd();
      this.answerWrites.flush();
      this.answered();
    },
    cut: (how) => {
      if (this.#calleeEnd === null) this.#cut(how);
      else this.#endNow(this.#calleeEnd.error);
    },
  };
  protected sendAnswer(bytes: Buffer): boolean {
    const { exchange, transport } = this.caller;
    exchange.bytesOut += bytes.length;
    const taken = transport.write(bytes, 0, bytes.length);
    if (!taken) this.#callerWaits = true;
    this.caller.wrote();
    return taken;
  }
  readonly #fromCallee: FlowSource = {
    pause: () => this.callee.transport.pause(),
    resume: () => this.callee.transport.resume(),
  };
}
