/** Caller connection: finds the requests in the caller's bytes, in sequence, and gives each request to a handler. */

import type { Candidate, InFlightRequest } from "../faults/candidate.ts";
import { NO_FAULTS } from "../faults/edge-faults.ts";
import { BodyReader, requestFraming } from "../http1/body.ts";
import { BAD, blankUpgrade, MORE } from "../http1/fields.ts";
import { REQUEST_HEAD } from "../http1/head.ts";
import { RequestHeadView } from "../http1/head-view.ts";
import { PartialHead } from "../http1/partial-head.ts";
import { REFUSED, type Refusal, refusalAnswer } from "../http1/refusal.ts";
import type { Outcome } from "../metrics/observer.ts";
import { PRESUMED_MS } from "../metrics/watches.ts";
import type { ConnectionError } from "../transport/transport.ts";
import type { ConnectionOwner, FaultedConnection } from "./faulted-connection.ts";
import { HalfClosedPeer } from "./half-closed-peer.ts";
import { type CallerSide, STASHED } from "./http1-caller-side.ts";
import type { EdgeContext } from "./http1-edge-context.ts";
import { HttpExchange } from "./http1-exchange.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";
import { FaultedExchange } from "./http1-faulted-exchange.ts";
import { Lookahead } from "./http1-lookahead.ts";
import { PassThrough } from "./http1-pass-through.ts";

/** Most bytes of later requests kept while a request is in flight; after that the caller waits. */
const MOST_STASH = 64 * 1024;

export class Caller implements ConnectionOwner, CallerSide {
  readonly context: EdgeContext;
  readonly transport: FaultedConnection;
  readonly exchange = new HttpExchange();
  readonly body = new BodyReader();
  readonly #onGone: (caller: Caller) => void;
  #handler: ExchangeHandler | null = null;
  #passThrough: PassThrough | null = null;
  #view = new RequestHeadView();
  #partial: PartialHead | null = null;
  #stash: Buffer | null = null;
  /** Buffer being read, where the buffer is our own: the rest need not be copied. */
  #own: Buffer | null = null;
  /** Present while connection faults may keep bytes from getting here. */
  #lookahead: Lookahead | null = null;
  /** Watches a caller whose FIN is held by faults together with requests. */
  #peer: HalfClosedPeer | null = null;
  #peekedEndMs: number | null = null;
  #reading = false;
  #holds = 0;
  /** Arrival time of the bytes being read: a single time for all bytes of a turn of the loop. */
  #turnMs = 0;
  /** `open`: requests are read. `leaving`: the last answer is written, and bytes that still come are thrown away. */
  #state: "open" | "leaving" | "gone" = "open";
  /** Time at which FIN came; null: FIN has not come. */
  #endedMs: number | null = null;
  /** The agent has ended the connection. */
  #killed = false;
  /** The connection faults have let the connection begin. */
  #opened = false;
  readonly #acceptedMs: number;
  /** Time since when the connection has been idle, a head incomplete, or an exchange without progress. */
  #sinceMs: number;
  #seen = -1;
  /** Time at which a byte of the exchange last moved, even while faults hold bytes. */
  #movedMs = 0;

  /** `onGone`: called once, when the connection is closed. */
  constructor(context: EdgeContext, transport: FaultedConnection, onGone: (caller: Caller) => void) {
    this.context = context;
    this.transport = transport;
    this.#onGone = onGone;
    this.#sinceMs = context.clock.nowMs();
    this.#acceptedMs = this.#sinceMs;
  }

  // === Receiver
  opened(): void {
    this.#opened = true;
    this.transport.resume();
  }
  bytes(buffer: Buffer, end: number): void {
    if (this.#state !== "open") return;
    try {
      if (this.#stash !== null) this.#keep(buffer, 0, end);
      else if (this.#partial === null) this.#read(buffer, 0, end);
      else if (this.#partial.append(buffer, 0, end)) this.#readPartial();
    } catch (error) {
      this.#broke(error);
    }
  }
  drained(): void {
    this.#handler?.callerDrained();
  }
  ended(): void {
    this.#endedMs = this.context.clock.nowMs();
    if (this.#state === "leaving") this.transport.close();
    else if (this.#handler === null) this.#leave();
    // A request with a FIN in the middle never arrives whole; behind a whole request, FIN may be a half-close.
    else if (this.exchange.requestDone || this.#isTunnel) this.#handler.callerEnded();
    else this.abandon();
  }
  closed(_error: ConnectionError | null): void {
    if (this.#state === "gone") return;
    const handler = this.#handler;
    this.#state = "gone";
    this.#handler = null;
    this.#stash = null;
    this.#partial = null;
    handler?.callerGone();
    this.#tellUnread();
    this.#onGone(this);
  }

  // === ConnectionOwner
  get inFlight(): readonly InFlightRequest[] {
    const { exchange } = this;
    const isInFlight = this.#handler !== null && exchange.endedMs === 0;
    const pending = this.#lookahead?.pending ?? [];
    return isInFlight ? [exchange, ...pending] : pending;
  }
  peeked(buffer: Buffer, end: number): void {
    this.#lookahead ??= this.#startLookahead();
    this.#lookahead.take(buffer, 0, end);
  }
  peekedEnd(): void {
    const { context, transport } = this;
    this.#peekedEndMs = context.clock.nowMs();
    if (this.#peer !== null || this.#lookahead === null) return;
    this.#peer = new HalfClosedPeer(context.clock, context.orphans, transport, () => this.#endPeeked(true));
    this.#peer.presumeGone(PRESUMED_MS);
  }
  peekDone(): void {
    this.#endPeeked(false);
    this.#lookahead = null;
  }

  // === CallerSide
  hold(reason: number): void {
    this.#holds |= reason;
    this.transport.pause();
  }
  release(reason: number): void {
    if (this.#holds === 0) return;
    this.#holds &= ~reason;
    if (this.#holds === 0) this.transport.resume();
  }
  get turnMs(): number {
    return this.#turnMs;
  }
  get hasEnded(): boolean {
    return this.#endedMs !== null;
  }
  get endedMs(): number | null {
    return this.#endedMs;
  }
  get gaveUp(): boolean {
    return !this.#killed && !this.transport.isCut;
  }
  get isHit(): boolean {
    return this.transport.isHit(this.exchange.ordinal);
  }
  handOver(handler: ExchangeHandler): void {
    this.#handler = handler;
  }
  takeStash(): Buffer | null {
    const stash = this.#stash;
    this.#stash = null;
    return stash;
  }
  over(keep: boolean, nowMs: number): void {
    this.#handler = null;
    this.#sinceMs = nowMs;
    if (!keep) this.#leave();
    else if (this.#reading) return;
    else if (this.#stash !== null) this.#readStash();
    else if (this.hasEnded) this.#leave();
  }
  refuse(refusal: Refusal): void {
    this.#handler = null;
    this.transport.writeCopy(refusalAnswer(refusal, false, true));
    this.exchange.requestDone = false;
    this.#leave();
  }
  cut(how: "fin" | "rst"): void {
    this.#handler = null;
    if (how === "rst") this.transport.reset();
    else this.#leave();
  }
  abandon(): void {
    const handler = this.#handler;
    this.#handler = null;
    handler?.callerGone();
    this.#leave();
  }

  /** Ends a connection that has taken too long. Called periodically. */
  check(nowMs: number): void {
    const { limits } = this.context;
    const waitedMs = nowMs - this.#sinceMs;
    if (this.#state === "leaving") {
      this.#checkLeaving(nowMs);
    } else if (this.#handler !== null) this.#checkHandler(this.#handler, nowMs);
    else if (this.transport.isWithheld) this.#sinceMs = nowMs;
    else if (this.#partial !== null) {
      if (waitedMs > limits.headMs) this.refuse(REFUSED.tooSlow);
    } else if (waitedMs > limits.idleMs) this.#leave();
  }
  end(): void {
    this.#killed = true;
    this.transport.reset();
  }

  /** Lets the written bytes take time, as long as some are taken; then waits a little for the caller's FIN. */
  #checkLeaving(nowMs: number): void {
    const { pending, isWithheld } = this.transport;
    const { lingerMs, stallMs } = this.context.limits;
    if (pending !== this.#seen || isWithheld) {
      this.#seen = pending;
      this.#sinceMs = nowMs;
    } else if (pending > 0 && nowMs - this.#sinceMs > stallMs) this.transport.reset();
    else if (pending === 0 && nowMs - this.#sinceMs > lingerMs) this.transport.close();
  }
  #checkHandler(handler: ExchangeHandler, nowMs: number): void {
    if (handler.progress !== this.#seen) this.#movedMs = nowMs;
    const waitsSinceMs = Math.max(this.#movedMs, this.#endedMs ?? Number.POSITIVE_INFINITY);
    const isForgotten = this.hasEnded && !this.#isTunnel && nowMs - waitsSinceMs > this.context.limits.halfClosedMs;
    if (isForgotten || (this.#holds !== 0 && !this.transport.isPeerThere)) {
      this.#handler = null;
      handler.callerGone();
      this.transport.reset();
      return;
    }
    if (handler.progress !== this.#seen || handler.withheld || this.transport.isWithheld) {
      this.#seen = handler.progress;
      this.#sinceMs = nowMs;
    } else if (nowMs - this.#sinceMs > handler.patienceMs) handler.stalled();
  }
  get #isTunnel(): boolean {
    return this.#handler !== null && this.exchange.status === 101;
  }

  // === requests in bytes
  #read(buffer: Buffer, from: number, end: number): void {
    let p = from;
    this.#reading = true;
    this.#turnMs = this.context.clock.nowMs();
    while (p < end && this.#state === "open") {
      if (this.#handler === null) p = this.#head(buffer, p, end);
      else if (!this.exchange.requestDone || this.#isTunnel) p = this.#handler.body(buffer, p, end);
      else {
        this.#keep(buffer, p, end);
        break;
      }
    }
    this.#reading = false;
    if (this.hasEnded && this.#state === "open") this.#readLast();
  }
  /** Called when all bytes that the caller will ever send have been read. */
  #readLast(): void {
    if (this.#handler === null) this.#leave();
    else if (!this.exchange.requestDone && !this.#isTunnel) this.abandon();
  }
  #readPartial(): void {
    const { bytes, length } = this.#partial!;
    const since = this.#sinceMs;
    this.#partial = null;
    this.#read(bytes, 0, length);
    // Still the same head: the head's time runs from the first byte.
    if (this.#partial !== null && this.#handler === null) this.#sinceMs = since;
  }
  #readStash(): void {
    const stash = this.takeStash()!;
    this.release(STASHED);
    this.#own = stash;
    this.#read(stash, 0, stash.length);
    this.#own = null;
  }
  #keep(buffer: Buffer, from: number, end: number): void {
    const more = buffer.subarray(from, end);
    if (this.#stash !== null) this.#stash = Buffer.concat([this.#stash, more]);
    else this.#stash = buffer === this.#own ? more : Buffer.from(more);
    if (this.#stash.length > MOST_STASH) this.hold(STASHED);
  }
  #head(buffer: Buffer, p: number, end: number): number {
    const at = REQUEST_HEAD.parse(buffer, p, end);
    if (at === BAD) this.refuse(REQUEST_HEAD.refusal!);
    if (at === MORE) {
      this.#partial = new PartialHead(buffer, p, end);
      this.#sinceMs = this.#turnMs;
    }
    return at > 0 ? this.#begin(buffer, at, end) : end;
  }
  #begin(buffer: Buffer, at: number, end: number): number {
    const { context, exchange } = this;
    const nowMs = this.#turnMs;
    const peeked = this.#lookahead?.shift();
    const endpoint = context.endpoints.next();
    if (REQUEST_HEAD.h2c) blankUpgrade(buffer, REQUEST_HEAD.connectionStart, REQUEST_HEAD.connectionEnd);
    exchange.start(buffer, endpoint, peeked?.startedMs ?? nowMs);
    this.#sinceMs = nowMs;
    this.#seen = -1;
    this.body.start(requestFraming(REQUEST_HEAD), REQUEST_HEAD.length);
    const view = this.#view.look(buffer, REQUEST_HEAD, at);
    exchange.watched = peeked === undefined ? context.observer.began(view, nowMs) : peeked.watched;
    const { marks } = context.faults;
    if (this.#lookahead !== null || marks !== null || exchange.marked !== null) {
      exchange.marked = peeked?.marked ?? marks?.find(buffer, REQUEST_HEAD, nowMs) ?? null;
      if (exchange.marked !== null) context.faults.noteMarked(exchange.marked, this.#candidateOf(view));
      else if (marks !== null) context.faults.noteUnmarked(marks, this.#candidateOf(view), nowMs);
    }
    if (context.faults.exchangeFaults !== NO_FAULTS) {
      const { start } = REQUEST_HEAD;
      const candidate = this.#candidateOf(view);
      const admissions = context.faults.admit(context.faults.exchangeFaults, candidate, nowMs);
      if (admissions.length > 0) {
        view.keep();
        this.#view = new RequestHeadView();
        exchange.bytesIn = at - start;
        const faulted = new FaultedExchange(this, view, admissions);
        this.#handler = faulted;
        this.#tellWatch(() => faulted.isTreated || this.isHit);
        faulted.begin();
        return at;
      }
    }
    this.#tellWatch(() => this.isHit);
    this.#passThrough ??= new PassThrough(this);
    this.#handler = this.#passThrough;
    return this.#passThrough.begin(buffer, at, end);
  }
  #tellWatch(isTreated: () => boolean): void {
    const { watched } = this.exchange;
    if (watched === null) return;
    watched.isTreated = isTreated;
    watched.callerEndedMs = () => this.#endedMs;
  }
  #candidateOf(request: RequestHeadView): Candidate {
    const { endpoint, marked } = this.exchange;
    return { connection: this, endpoint: endpoint.name, request, marked };
  }
  /** Starts a lookahead, which knows of requests that faults on bytes have not let through yet, or never will. */
  #startLookahead(): Lookahead {
    const { exchange, context } = this;
    const inBody = this.#handler !== null && !exchange.requestDone;
    const unparsed =
      this.#stash ?? (this.#partial === null ? null : this.#partial.bytes.subarray(0, this.#partial.length));
    const view = new RequestHeadView();
    return new Lookahead(
      { body: inBody ? this.body : null, unparsed, begun: exchange.ordinal },
      (buffer, at, ordinal) => {
        const startedMs = context.clock.nowMs();
        const marked = context.faults.marks?.find(buffer, REQUEST_HEAD, startedMs) ?? null;
        const request = view.look(buffer, REQUEST_HEAD, at);
        if (marked !== null) context.faults.noteMarked(marked, { connection: this, endpoint: null, request, marked });
        const watched = context.observer.began(request, startedMs);
        if (watched !== null) {
          watched.isTreated = () => this.transport.isHit(ordinal);
          watched.callerEndedMs = () => this.#peekedEndMs;
        }
        return { ordinal, marked, watched, startedMs };
      },
    );
  }
  /**
   * Reports requests that a connection fault kept from being read, as exchanges without an answer: the caller asked,
   * and got no answer.
   */
  #tellUnread(): void {
    this.#endPeeked(this.gaveUp);
    const isRefused = !this.#opened && this.exchange.ordinal === 0 && this.#lookahead === null;
    if (isRefused && this.transport.isCut) this.context.observer.unread(this.#unread(this.#acceptedMs, true, false));
  }
  /**
   * Ends the peeked requests of a caller that left: the caller's exchanges are over, though a stall may still let the
   * requests through to the callee.
   */
  #endPeeked(cancelled: boolean): void {
    this.#peer?.stop();
    this.#peer = null;
    const pending = this.#lookahead?.pending ?? [];
    // Computed while the requests are still in flight: a part held by a fault is a hit.
    const outcomes = pending.map(({ ordinal, startedMs }) =>
      this.#unread(startedMs, this.transport.isHit(ordinal), cancelled),
    );
    for (const outcome of outcomes) this.context.observer.ended(this.#lookahead!.shift()!.watched, outcome);
  }
  #unread(startedMs: number, treated: boolean, cancelled: boolean): Outcome {
    const endedMs = (cancelled ? this.#peekedEndMs : null) ?? this.context.clock.nowMs();
    return { treated, startedMs, endedMs, status: 0, bytesIn: 0, bytesOut: 0, end: "reset", cancelled };
  }
  /**
   * Sends FIN after the bytes written so far. Bytes that still come are read and thrown away for a while: RST would
   * destroy the answer on the way.
   */
  #leave(): void {
    if (this.#state !== "open") return;
    this.#state = "leaving";
    this.#sinceMs = this.context.clock.nowMs();
    this.#stash = null;
    this.#partial = null;
    this.#holds = 0;
    if (this.hasEnded) this.transport.close();
    else {
      this.transport.finish();
      this.transport.resume();
    }
  }
  #broke(error: unknown): void {
    this.context.report(error);
    this.end();
  }
}
