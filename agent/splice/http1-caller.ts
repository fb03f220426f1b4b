/**
 * Caller's half of a pair: finds the requests in the caller's bytes, in sequence, gives each request to a handler, and
 * passes the ends of either half on to the other (DATA-PATH.md 1 and 2).
 */

import { KEEP_ALIVE_AFTER_MS } from "../edge/limits.ts";
import type { CallTarget } from "../edge/way-in.ts";
import type { Admission } from "../faults/admission.ts";
import type { Candidate, InFlightRequest } from "../faults/candidate.ts";
import { NO_FAULTS } from "../faults/edge-faults.ts";
import type { FaultListener } from "../faults/fault-listener.ts";
import { areShifting } from "../faults/shifting.ts";
import { BodyReader, requestFraming } from "../http1/body.ts";
import { BAD, blankUpgrade, MORE } from "../http1/fields.ts";
import { REQUEST_HEAD } from "../http1/head.ts";
import { RequestHeadView } from "../http1/head-view.ts";
import { PartialHead } from "../http1/partial-head.ts";
import { REFUSED, type Refusal, refusalBytes } from "../http1/refusal.ts";
import type { Outcome, WatchedExchange } from "../metrics/observer.ts";
import { PRESUMED_MS } from "../metrics/watches.ts";
import type { ConnectionError } from "../transport/transport.ts";
import type { ConnectionOwner, FaultedConnection } from "./faulted-connection.ts";
import { HalfClosedPeer, type PeerEnd } from "./half-closed-peer.ts";
import { Callee, type CalleeOwner, type StrayReceiver } from "./http1-callee.ts";
import { type CallerSide, STASHED } from "./http1-caller-side.ts";
import type { EdgeContext, UnreachedCaller } from "./http1-edge-context.ts";
import { HttpExchange } from "./http1-exchange.ts";
import type { ExchangeHandler } from "./http1-exchange-handler.ts";
import { Lookahead } from "./http1-lookahead.ts";
import { PassThrough } from "./http1-pass-through.ts";
import { ReframedExchange } from "./http1-reframed-exchange.ts";
import { ShiftedExchange } from "./http1-shifted-exchange.ts";
import { unreachedReason } from "./http1-upstream-exchange.ts";

/** Most bytes of later requests kept while a request is in flight; after that the caller waits. */
const MOST_STASH = 64 * 1024;
/** Time, ms, after which a caller that takes none of the last bytes is given up: the exchange is over. */
const STUCK_MS = 15 * 60_000;

/** Owner of the pairs of an edge. */
export interface PairOwner extends CalleeOwner {
  /** Called once, when the caller's half is closed. */
  callerGone(caller: Caller): void;
}

export class Caller implements ConnectionOwner, CallerSide, StrayReceiver, UnreachedCaller {
  readonly context: EdgeContext;
  readonly transport: FaultedConnection;
  readonly callee: Callee;
  readonly exchange = new HttpExchange();
  readonly body = new BodyReader();
  readonly #owner: PairOwner;
  #handler: ExchangeHandler | null = null;
  #passThrough: PassThrough | null = null;
  #shifted: ShiftedExchange | null = null;
  #view = new RequestHeadView();
  #partial: PartialHead | null = null;
  #stash: Buffer | null = null;
  /** Buffer being read, where the buffer is our own: the rest need not be copied. */
  #own: Buffer | null = null;
  /** Present while connection faults may keep bytes from getting here. */
  #lookahead: Lookahead | null = null;
  /** Watches a caller that has sent FIN, until the agent's own FIN. */
  #peer: HalfClosedPeer | null = null;
  /** Watches a caller whose FIN is held by faults together with requests. */
  #peekedPeer: HalfClosedPeer | null = null;
  #peekedEndMs: number | null = null;
  #reading = false;
  #holds = 0;
  /** Arrival time of the bytes being read: a single time for all bytes of a turn of the loop. */
  #turnMs = 0;
  /** `open`: requests are read. `leaving`: the last answer is written, and bytes that still come are thrown away. */
  #state: "open" | "leaving" | "gone" = "open";
  /** Time at which FIN came; null: FIN has not come. */
  #endedMs: number | null = null;
  /** The callee's end has been passed on. */
  #isEndPassed = false;
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
  /** The kernel looks for a peer that vanished. */
  #isKeptAlive = false;

  constructor(context: EdgeContext, transport: FaultedConnection, endpoint: CallTarget, owner: PairOwner) {
    this.context = context;
    this.transport = transport;
    this.callee = new Callee(endpoint, context.clock, this, owner);
    this.#owner = owner;
    this.#sinceMs = context.clock.nowMs();
    this.#acceptedMs = this.#sinceMs;
  }

  // === Receiver
  opened(): void {
    const { callee, context } = this;
    this.#opened = true;
    this.#owner.calleeBegan(callee);
    callee.transport = context.dial(callee.endpoint, callee);
    this.transport.resume();
  }
  bytes(buffer: Buffer, end: number): void {
    if (this.#state !== "open") {
      // A caller that still sends has not read the last answer yet.
      this.#sinceMs = this.context.clock.nowMs();
      return;
    }
    try {
      if (this.#stash !== null) this.#keep(buffer, 0, end);
      else if (this.#partial === null) this.#read(buffer, 0, end);
      else if (this.#partial.append(buffer, 0, end)) this.#readPartial();
    } catch (error) {
      this.#broke(error);
    }
  }
  drained(): void {
    if (this.#handler !== null) this.#handler.callerDrained();
    else if (this.#opened) this.callee.transport.resume();
  }
  ended(): void {
    const { clock, orphans } = this.context;
    this.#endedMs = clock.nowMs();
    this.#movedMs = this.#endedMs;
    if (this.#state === "leaving") {
      this.transport.close();
      return;
    }
    if (!this.#isEndPassed)
      this.#peer = new HalfClosedPeer(clock, orphans, this.transport, (how) => this.#callerLeft(how));
    if (this.exchange.bytesOut > 0) this.#peer?.wrote();
    if (this.#handler === null) this.#passPartial();
    else this.#handler.callerEnded();
    this.#passFin();
  }
  closed(error: ConnectionError | null): void {
    if (this.#state === "gone") return;
    const handler = this.#handler;
    if (this.#state === "open" && error !== null && this.gaveUp) this.#passPartial();
    this.#state = "gone";
    this.#handler = null;
    this.#stash = null;
    this.#partial = null;
    this.#peer?.stop();
    this.context.unreached.withdraw(this);
    handler?.callerGone();
    if (this.#opened) {
      if (error === null && !this.#killed) this.callee.retire();
      else this.callee.drop();
    }
    this.#tellUnread();
    this.#owner.callerGone(this);
  }

  // === ConnectionOwner
  get inFlight(): readonly InFlightRequest[] {
    const { exchange } = this;
    const isInFlight = this.#handler !== null && exchange.endedMs === 0;
    const pending = this.#lookahead?.pending ?? [];
    return isInFlight ? [exchange, ...pending] : pending;
  }
  get exchangeFaults(): FaultListener | null {
    return this.#handler === null ? null : this.#handler.faults;
  }
  peeked(buffer: Buffer, end: number): void {
    this.#lookahead ??= this.#startLookahead();
    this.#lookahead.take(buffer, 0, end);
  }
  peekedEnd(): void {
    const { context, transport } = this;
    this.#peekedEndMs = context.clock.nowMs();
    if (this.#peekedPeer !== null || this.#lookahead === null) return;
    this.#peekedPeer = new HalfClosedPeer(context.clock, context.orphans, transport, () => this.#endPeeked(true));
    this.#peekedPeer.presumeGone(PRESUMED_MS);
  }
  peekDone(): void {
    this.#endPeeked(false);
    this.#lookahead = null;
  }
  struck(how: "fin" | "rst"): void {
    if (!this.#opened) return;
    if (how === "fin") this.callee.retire();
    else this.callee.drop();
  }

  // === StrayReceiver: the callee, between requests
  strayBytes(buffer: Buffer, end: number): void {
    if (this.#state !== "open") return;
    this.#movedMs = this.context.clock.nowMs();
    if (!this.transport.write(buffer, 0, end)) this.callee.transport.pause();
    this.wrote();
  }
  strayEnd(error: ConnectionError | null): void {
    if (this.callee.isShut) this.waitedForRequest();
    else if (this.callee.isUnreached) this.context.unreached.add(this);
    else this.passEnd(error);
  }
  /** Called with a caller whose callee was not reached, and who sent no request in time. */
  waitedForRequest(): void {
    if (this.#state !== "open" || this.#handler !== null || this.#partial !== null) return;
    const { code, reason } = unreachedReason(this.callee.error);
    this.context.observer.refused(code, `upstream ${this.callee.endpoint.name}: ${reason}`);
    this.end();
  }
  /** Number of the pair's sockets that are still this half's: the callee's, too, where it was never dialled. */
  get sockets(): number {
    return this.#opened ? 1 : 2;
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
  wrote(): void {
    this.#peer?.wrote();
  }
  passEnd(error: ConnectionError | null): void {
    if (this.#state !== "open") return;
    if (error !== null) this.transport.resetBehind();
    if (this.#isEndPassed) return;
    this.#isEndPassed = true;
    this.#movedMs = this.context.clock.nowMs();
    // Behind our own FIN the kernel does not tell any more whether the caller is there.
    this.#peer?.stop();
    this.#peer = null;
    if (error === null) this.transport.finish();
  }
  requestSent(): void {
    this.#passFin();
  }
  over(keep: boolean, nowMs: number): void {
    const { callee } = this;
    this.#handler = null;
    callee.handler = null;
    this.#sinceMs = nowMs;
    this.#movedMs = nowMs;
    if (!keep) {
      this.#leave();
      return;
    }
    if (callee.lost) this.passEnd(callee.error);
    if (this.#reading) return;
    if (this.#stash !== null) this.#readStash();
    else this.#passFin();
  }
  refuse(refusal: Refusal): void {
    this.#handler = null;
    this.context.observer.refused(refusal.code, refusal.reason);
    this.transport.writeCopy(refusalBytes(refusal));
    this.exchange.requestDone = false;
    this.#leave();
  }
  cut(how: "fin" | "rst"): void {
    this.#handler = null;
    if (how === "fin") this.#leave();
    else {
      this.callee.drop();
      this.transport.reset();
    }
  }

  /** Ends a connection that has taken too long. Called periodically. */
  check(nowMs: number): void {
    const { limits } = this.context;
    const waitedMs = nowMs - this.#sinceMs;
    if (!this.#isKeptAlive && nowMs - Math.max(this.#movedMs, this.#sinceMs) > KEEP_ALIVE_AFTER_MS) this.#keepAlive();
    if (this.#state === "leaving") {
      this.#checkLeaving(nowMs);
    } else if (this.#handler !== null) this.#checkHandler(this.#handler, nowMs);
    else if ((this.hasEnded || this.#isEndPassed) && nowMs - this.#movedMs > limits.halfClosedMs)
      this.#callerLeft("reset");
    else if (this.transport.isWithheld) this.#sinceMs = nowMs;
    else if (this.#partial !== null) {
      if (waitedMs > limits.headMs) this.refuse(REFUSED.tooSlow);
    } else if (waitedMs > limits.idleMs) this.#leave();
  }
  end(): void {
    this.#killed = true;
    this.transport.reset();
  }

  #keepAlive(): void {
    this.#isKeptAlive = true;
    this.transport.keepAlive();
    if (this.#opened) this.callee.transport.keepAlive();
  }
  /** Lets the written bytes take time, as long as some are taken; then waits a little for the caller's FIN. */
  #checkLeaving(nowMs: number): void {
    const { pending, isWithheld } = this.transport;
    const { lingerMs } = this.context.limits;
    if (pending !== this.#seen || isWithheld) {
      this.#seen = pending;
      this.#sinceMs = nowMs;
    } else if (pending > 0 && nowMs - this.#sinceMs > STUCK_MS) this.transport.reset();
    else if (pending === 0 && nowMs - this.#sinceMs > lingerMs) this.transport.close();
  }
  #checkHandler(handler: ExchangeHandler, nowMs: number): void {
    if (handler.progress !== this.#seen) this.#movedMs = nowMs;
    const isHalfClosed = (this.hasEnded || this.#isEndPassed) && !this.#isTunnel;
    const isForgotten = isHalfClosed && nowMs - this.#movedMs > this.context.limits.halfClosedMs;
    if (isForgotten) {
      this.#callerLeft("reset");
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
  /** Called when all bytes that the caller will ever send have been read: FIN came behind bytes that waited here. */
  #readLast(): void {
    if (this.#handler === null) this.#passPartial();
    else if (!this.exchange.requestDone && !this.#isTunnel) this.#handler.callerEnded();
    this.#passFin();
  }
  /** Passes FIN on to the callee as soon as all bytes before it have gone there. */
  #passFin(): void {
    if (!this.hasEnded || this.#stash !== null || this.#reading || this.#state !== "open") return;
    if (this.#handler === null || this.#handler.isRequestSent) this.callee.finish();
  }
  /** Ends the pair of a caller that has closed, or that counts as gone. */
  #callerLeft(how: PeerEnd): void {
    const handler = this.#handler;
    this.#handler = null;
    handler?.callerGone();
    if (how === "orphaned") this.callee.leave();
    else this.callee.drop();
    this.transport.reset();
  }
  /** Passes half a head on that the caller's end cuts off: the callee sees as much of the request as without an agent. */
  #passPartial(): void {
    const partial = this.#partial;
    this.#partial = null;
    if (partial !== null && this.#opened) this.callee.write(partial.bytes, 0, partial.length);
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
    const at = REQUEST_HEAD.parse(buffer, p, end, this.context.limits.headBytes);
    if (at === BAD) this.refuse(REQUEST_HEAD.refusal!);
    if (at === MORE) {
      this.#partial = new PartialHead(buffer, p, end, this.context.limits.headBytes);
      this.#sinceMs = this.#turnMs;
    }
    return at > 0 ? this.#begin(buffer, at, end) : end;
  }
  #begin(buffer: Buffer, at: number, end: number): number {
    const { context, exchange } = this;
    const nowMs = this.#turnMs;
    const peeked = this.#lookahead?.shift();
    if (REQUEST_HEAD.h2c) blankUpgrade(buffer, REQUEST_HEAD.connectionStart, REQUEST_HEAD.connectionEnd);
    exchange.start(buffer, peeked?.startedMs ?? nowMs);
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
      if (areShifting(admissions)) {
        // True of no admission, too.
        if (admissions.length > 0) return this.#beginShifted(admissions, buffer, at, end);
      } else {
        view.keep();
        this.#view = new RequestHeadView();
        exchange.bytesIn = at - start;
        const faulted = new ReframedExchange(this, view, admissions);
        this.#handler = faulted;
        if (exchange.watched !== null) this.#tellWatch(exchange.watched, () => faulted.isTreated || this.isHit);
        faulted.begin();
        return at;
      }
    }
    if (exchange.watched !== null) this.#tellWatch(exchange.watched, () => this.isHit);
    this.#passThrough ??= new PassThrough(this);
    this.#handler = this.#passThrough;
    return this.#passThrough.begin(buffer, at, end);
  }
  #beginShifted(admissions: readonly Admission[], buffer: Buffer, at: number, end: number): number {
    this.#shifted ??= new ShiftedExchange(this);
    const shifted = this.#shifted;
    this.#handler = shifted;
    const { watched } = this.exchange;
    if (watched !== null) this.#tellWatch(watched, () => shifted.isTreated || this.isHit);
    return shifted.begin(admissions, buffer, at, end);
  }
  #tellWatch(watched: WatchedExchange, isTreated: () => boolean): void {
    watched.isTreated = isTreated;
    watched.callerEndedMs = () => this.#endedMs;
  }
  #candidateOf(request: RequestHeadView): Candidate {
    const { marked } = this.exchange;
    return { connection: this, endpoint: this.callee.endpoint.name, request, marked };
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
      context.limits.headBytes,
      (buffer, at, ordinal) => {
        const startedMs = context.clock.nowMs();
        const marked = context.faults.marks?.find(buffer, REQUEST_HEAD, startedMs) ?? null;
        const request = view.look(buffer, REQUEST_HEAD, at);
        if (marked !== null) context.faults.noteMarked(marked, { ...this.#candidateOf(request), marked });
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
    this.#peekedPeer?.stop();
    this.#peekedPeer = null;
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
    this.#peer?.stop();
    if (this.#opened) this.callee.retire();
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
