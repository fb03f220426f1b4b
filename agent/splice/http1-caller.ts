/** One caller's connection: finds the requests in its bytes, one after another, and gives each to a carrier. */
import { NO_FAULTS } from "../edge.ts";
import type { Carried, Subject } from "../faults/candidate.ts";
import { BodyReader, requestFraming } from "../http1/body.ts";
import { BAD, blankUpgrade, MORE } from "../http1/fields.ts";
import { REQUEST_HEAD } from "../http1/head.ts";
import { Partial } from "../http1/partial.ts";
import { REFUSED, type Refusal, refusalAnswer } from "../http1/refuse.ts";
import { RequestHeadView } from "../http1/view.ts";
import type { Outcome } from "../observer.ts";
import type { ConnectionError } from "../transport/transport.ts";
import { PRESUMED_MS } from "../watches.ts";
import { Ahead } from "./http1-ahead.ts";
import { type CallerSide, STASHED } from "./http1-caller-side.ts";
import type { Carrier } from "./http1-carrier.ts";
import { Exchange } from "./http1-exchange.ts";
import { Pass } from "./http1-pass.ts";
import type { Site } from "./http1-site.ts";
import { Struck } from "./http1-struck.ts";
import { Peer } from "./peer.ts";
import type { Wire, WireOwner } from "./wire.ts";

/** Bytes of later requests that are kept while one is under way; then the caller waits. */
const MOST_STASH = 64 * 1024;

export class Caller implements WireOwner, CallerSide {
  readonly site: Site;
  readonly transport: Wire;
  readonly exchange = new Exchange();
  readonly body = new BodyReader();
  readonly #onGone: (caller: Caller) => void;
  #carrier: Carrier | null = null;
  #pass: Pass | null = null;
  #view = new RequestHeadView();
  #partial: Partial | null = null;
  #stash: Buffer | null = null;
  /** The buffer that is read from, where it is our own: what is left of it need not be copied. */
  #own: Buffer | null = null;
  /** While connection faults may keep bytes from getting here. */
  #ahead: Ahead | null = null;
  /** Of a caller whose FIN is kept with its requests. */
  #peer: Peer | null = null;
  #foreseenEndMs: number | null = null;
  #reading = false;
  #holds = 0;
  /** When the bytes that are read came: one time for all that one turn of the loop brought. */
  #turnMs = 0;
  /** `open`: requests are read. `leaving`: the last answer is written, what still comes is thrown away. */
  #state: "open" | "leaving" | "gone" = "open";
  /** When FIN came; null: it has not. */
  #endedMs: number | null = null;
  /** The agent itself ended it. */
  #killed = false;
  /** The connection faults let it begin. */
  #opened = false;
  readonly #acceptedMs: number;
  /** Since when it has been idle, a head been incomplete, or an exchange not moved. */
  #sinceMs: number;
  #seen = -1;
  /** When a byte of the exchange last moved, whatever faults hold. */
  #movedMs = 0;

  /** `onGone`: called once, when the connection is closed. */
  constructor(site: Site, transport: Wire, onGone: (caller: Caller) => void) {
    this.site = site;
    this.transport = transport;
    this.#onGone = onGone;
    this.#sinceMs = site.clock.nowMs();
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
    this.#carrier?.callerDrained();
  }
  ended(): void {
    this.#endedMs = this.site.clock.nowMs();
    if (this.#state === "leaving") this.transport.close();
    else if (this.#carrier === null) this.#leave();
    // A request that ends in its middle never arrives; behind a whole one, a FIN may be a half-close.
    else if (this.exchange.requestDone || this.#isTunnel) this.#carrier.callerEnded();
    else this.abandon();
  }
  closed(_error: ConnectionError | null): void {
    if (this.#state === "gone") return;
    const carrier = this.#carrier;
    this.#state = "gone";
    this.#carrier = null;
    this.#stash = null;
    this.#partial = null;
    carrier?.callerGone();
    this.#tellUnread();
    this.#onGone(this);
  }

  // === WireOwner
  get underWay(): readonly Carried[] {
    const { exchange } = this;
    const isUnderWay = this.#carrier !== null && exchange.endedMs === 0;
    const came = this.#ahead?.came ?? [];
    return isUnderWay ? [exchange, ...came] : came;
  }
  foresee(buffer: Buffer, end: number): void {
    this.#ahead ??= this.#lookAhead();
    this.#ahead.take(buffer, 0, end);
  }
  foreseeEnd(): void {
    const { site, transport } = this;
    this.#foreseenEndMs = site.clock.nowMs();
    if (this.#peer !== null || this.#ahead === null) return;
    this.#peer = new Peer(site.clock, site.orphans, transport, () => this.#endForeseen(true));
    this.#peer.presumeGone(PRESUMED_MS);
  }
  foreseen(): void {
    this.#endForeseen(false);
    this.#ahead = null;
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
    return !this.#killed && !this.transport.cut;
  }
  get isStruck(): boolean {
    return this.transport.isStruck(this.exchange.ordinal);
  }
  carry(carrier: Carrier): void {
    this.#carrier = carrier;
  }
  takeStash(): Buffer | null {
    const stash = this.#stash;
    this.#stash = null;
    return stash;
  }
  over(keep: boolean, nowMs: number): void {
    this.#carrier = null;
    this.#sinceMs = nowMs;
    if (!keep) this.#leave();
    else if (this.#reading) return;
    else if (this.#stash !== null) this.#readStash();
    else if (this.hasEnded) this.#leave();
  }
  refuse(refusal: Refusal): void {
    this.#carrier = null;
    this.transport.writeCopy(refusalAnswer(refusal, false, true));
    this.exchange.requestDone = false;
    this.#leave();
  }
  cut(how: "fin" | "rst"): void {
    this.#carrier = null;
    if (how === "rst") this.transport.reset();
    else this.#leave();
  }
  abandon(): void {
    const carrier = this.#carrier;
    this.#carrier = null;
    carrier?.callerGone();
    this.#leave();
  }

  /** Ends what has taken too long. Called from time to time. */
  check(nowMs: number): void {
    const { limits } = this.site;
    const waitedMs = nowMs - this.#sinceMs;
    if (this.#state === "leaving") {
      this.#checkLeaving(nowMs);
    } else if (this.#carrier !== null) this.#checkCarrier(this.#carrier, nowMs);
    else if (this.transport.withheld) this.#sinceMs = nowMs;
    else if (this.#partial !== null) {
      if (waitedMs > limits.headMs) this.refuse(REFUSED.tooSlow);
    } else if (waitedMs > limits.idleMs) this.#leave();
  }
  end(): void {
    this.#killed = true;
    this.transport.reset();
  }

  /** What is written may take its time, as long as some of it is taken; then the caller's FIN is waited for a little. */
  #checkLeaving(nowMs: number): void {
    const { pending, withheld } = this.transport;
    const { lingerMs, stallMs } = this.site.limits;
    if (pending !== this.#seen || withheld) {
      this.#seen = pending;
      this.#sinceMs = nowMs;
    } else if (pending > 0 && nowMs - this.#sinceMs > stallMs) this.transport.reset();
    else if (pending === 0 && nowMs - this.#sinceMs > lingerMs) this.transport.close();
  }
  #checkCarrier(carrier: Carrier, nowMs: number): void {
    if (carrier.progress !== this.#seen) this.#movedMs = nowMs;
    const waitsSinceMs = Math.max(this.#movedMs, this.#endedMs ?? Number.POSITIVE_INFINITY);
    const isForgotten = this.hasEnded && !this.#isTunnel && nowMs - waitsSinceMs > this.site.limits.halfClosedMs;
    if (isForgotten || (this.#holds !== 0 && !this.transport.isPeerThere)) {
      this.#carrier = null;
      carrier.callerGone();
      this.transport.reset();
      return;
    }
    if (carrier.progress !== this.#seen || carrier.withheld || this.transport.withheld) {
      this.#seen = carrier.progress;
      this.#sinceMs = nowMs;
    } else if (nowMs - this.#sinceMs > carrier.patienceMs) carrier.stalled();
  }
  get #isTunnel(): boolean {
    return this.#carrier !== null && this.exchange.status === 101;
  }

  // === requests in bytes
  #read(buffer: Buffer, from: number, end: number): void {
    let p = from;
    this.#reading = true;
    this.#turnMs = this.site.clock.nowMs();
    while (p < end && this.#state === "open") {
      if (this.#carrier === null) p = this.#head(buffer, p, end);
      else if (!this.exchange.requestDone || this.#isTunnel) p = this.#carrier.body(buffer, p, end);
      else {
        this.#keep(buffer, p, end);
        break;
      }
    }
    this.#reading = false;
    if (this.hasEnded && this.#state === "open") this.#readLast();
  }
  /** All that the caller will ever send has been read. */
  #readLast(): void {
    if (this.#carrier === null) this.#leave();
    else if (!this.exchange.requestDone && !this.#isTunnel) this.abandon();
  }
  #readPartial(): void {
    const { bytes, length } = this.#partial!;
    const since = this.#sinceMs;
    this.#partial = null;
    this.#read(bytes, 0, length);
    // Still the same head: its time runs from its first byte.
    if (this.#partial !== null && this.#carrier === null) this.#sinceMs = since;
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
      this.#partial = new Partial(buffer, p, end);
      this.#sinceMs = this.#turnMs;
    }
    return at > 0 ? this.#begin(buffer, at, end) : end;
  }
  #begin(buffer: Buffer, at: number, end: number): number {
    const { site, exchange } = this;
    const nowMs = this.#turnMs;
    const foreseen = this.#ahead?.passed();
    const endpoint = site.endpoints.next();
    if (REQUEST_HEAD.h2c) blankUpgrade(buffer, REQUEST_HEAD.connectionStart, REQUEST_HEAD.connectionEnd);
    exchange.start(buffer, endpoint, foreseen?.startedMs ?? nowMs);
    this.#sinceMs = nowMs;
    this.#seen = -1;
    this.body.start(requestFraming(REQUEST_HEAD), REQUEST_HEAD.length);
    const view = this.#view.look(buffer, REQUEST_HEAD, at);
    exchange.watched = foreseen === undefined ? site.observer.began(view, nowMs) : foreseen.watched;
    const { marks } = site.faults;
    if (this.#ahead !== null || marks !== null || exchange.marked !== null) {
      exchange.marked = foreseen?.marked ?? marks?.find(buffer, REQUEST_HEAD, nowMs) ?? null;
      if (exchange.marked !== null) site.faults.sight(exchange.marked, this.#subject(view));
      else if (marks !== null) site.faults.sightUnmarked(marks, this.#subject(view), nowMs);
    }
    if (site.faults.exchangeFaults !== NO_FAULTS) {
      const { start } = REQUEST_HEAD;
      const subject = this.#subject(view);
      const admissions = site.faults.admit(site.faults.exchangeFaults, subject, nowMs);
      if (admissions.length > 0) {
        view.keep();
        this.#view = new RequestHeadView();
        exchange.bytesIn = at - start;
        const struck = new Struck(this, view, admissions);
        this.#carrier = struck;
        this.#tellWatch(() => struck.isTreated || this.isStruck);
        struck.begin();
        return at;
      }
    }
    this.#tellWatch(() => this.isStruck);
    this.#pass ??= new Pass(this);
    this.#carrier = this.#pass;
    return this.#pass.begin(buffer, at, end);
  }
  #tellWatch(isTreated: () => boolean): void {
    const { watched } = this.exchange;
    if (watched === null) return;
    watched.isTreated = isTreated;
    watched.callerEndedMs = () => this.#endedMs;
  }
  #subject(request: RequestHeadView): Subject {
    const { endpoint, marked } = this.exchange;
    return { connection: this, endpoint: endpoint.name, request, marked };
  }
  /** A request that is known of before the faults on bytes have let it through, or that never will be. */
  #lookAhead(): Ahead {
    const { exchange, site } = this;
    const inBody = this.#carrier !== null && !exchange.requestDone;
    const unparsed =
      this.#stash ?? (this.#partial === null ? null : this.#partial.bytes.subarray(0, this.#partial.length));
    const view = new RequestHeadView();
    return new Ahead({ body: inBody ? this.body : null, unparsed, begun: exchange.ordinal }, (buffer, at, ordinal) => {
      const startedMs = site.clock.nowMs();
      const marked = site.faults.marks?.find(buffer, REQUEST_HEAD, startedMs) ?? null;
      const request = view.look(buffer, REQUEST_HEAD, at);
      if (marked !== null) site.faults.sight(marked, { connection: this, endpoint: null, request, marked });
      const watched = site.observer.began(request, startedMs);
      if (watched !== null) {
        watched.isTreated = () => this.transport.isStruck(ordinal);
        watched.callerEndedMs = () => this.#foreseenEndMs;
      }
      return { ordinal, marked, watched, startedMs };
    });
  }
  /** Whatever a connection fault kept from being read is an exchange without an answer: its caller asked, and got nothing. */
  #tellUnread(): void {
    this.#endForeseen(this.gaveUp);
    const isRefused = !this.#opened && this.exchange.ordinal === 0 && this.#ahead === null;
    if (isRefused && this.transport.cut) this.site.observer.unread(this.#unread(this.#acceptedMs, true, false));
  }
  /** Requests of a caller that left are over for it, though a stall may still let them through to the callee. */
  #endForeseen(cancelled: boolean): void {
    this.#peer?.stop();
    this.#peer = null;
    const came = this.#ahead?.came ?? [];
    // While they are still under way: what a fault holds of them is a hit.
    const outcomes = came.map(({ ordinal, startedMs }) =>
      this.#unread(startedMs, this.transport.isStruck(ordinal), cancelled),
    );
    for (const outcome of outcomes) this.site.observer.ended(this.#ahead!.passed()!.watched, outcome);
  }
  #unread(startedMs: number, treated: boolean, cancelled: boolean): Outcome {
    const endedMs = (cancelled ? this.#foreseenEndMs : null) ?? this.site.clock.nowMs();
    return { treated, startedMs, endedMs, status: 0, bytesIn: 0, bytesOut: 0, end: "reset", cancelled };
  }
  /** FIN after what is written. What still comes is read and thrown away for a while: RST would destroy the answer on its way. */
  #leave(): void {
    if (this.#state !== "open") return;
    this.#state = "leaving";
    this.#sinceMs = this.site.clock.nowMs();
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
    this.site.report(error);
    this.end();
  }
}
