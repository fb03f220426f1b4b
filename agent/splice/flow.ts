/**
 * Flow: one direction of an exchange. Parts come in at the sender's end, pass the faults in order, and leave through
 * the sink.
 *
 *   source → stage (one fault, with held parts) → stage → … → outbox → sink
 *
 * Bytes are held only here. Each stage has a separate queue, so a part is decided on at the moment the part really gets
 * there, a fault that leaves passes held parts to the next stage in order, and due times never go backwards.
 *
 * The source is paused where a fault that limits holds `MOST_HELD`: back pressure is what such a fault does to a flow. A
 * fault that shifts must not slow the flow down, and may fill the memory for held bytes (DATA-PATH.md 5).
 */

import type { RequestView } from "../../experiments/model/match/match.ts";
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Admission } from "../faults/admission.ts";
import type { Chunk, Cut, Reply, Split } from "../faults/behaviour.ts";
import type { HeldMemory } from "../held/held-memory.ts";
import type { Holding } from "../held/holding.ts";
import type { MemoryUser } from "../held/memory-users.ts";
import type { ReleaseQueue, Releasing } from "../held/release-queue.ts";
import type { Answer, HeadEdit, ResponseHead } from "../http1/message.ts";
import { type DataPart, discard, type FaultFilter, FaultStage, type Part } from "./fault-stage.ts";
import { changesOf, merged } from "./head-edit.ts";
import { Outbox } from "./outbox.ts";
import { ReplacedBody } from "./replaced-body.ts";

export type { FaultFilter } from "./fault-stage.ts";

/** Most bytes that faults hold which limit a flow, and the sink does not take, before the source is paused. */
export const MOST_HELD = 256 * 1024;
/** Most parts that a flow releases before other flows have their turn. */
const RELEASED_PARTS = 1_024;

/** Sink of a flow: a codec, or a bare transport. */
export interface FlowSink<Head> {
  /**
   * Takes a head. `edit`: all changes together. An edit with a body is followed by exactly that body as data, instead
   * of the original body.
   */
  head(head: Head, edit: HeadEdit | null): void;
  /** Takes bytes. False: taken, but no more until `flow.drained()`; borrowed bytes stay lent until then. */
  data(bytes: Uint8Array): boolean;
  end(): void;
  /** Ends the exchange; no parts follow. `fin`: close after the bytes written so far; `rst`: at once. */
  cut(how: Cut["how"]): void;
  /** Request direction only: a fault answers, and the callee is not asked; no parts follow. */
  answer?(answer: Answer, by: Admission): void;
  /** The last parts of a flow without faults have left by their turn of the release queue: the flow is idle. */
  emptied?(): void;
}
/** Source of a flow's parts. Both calls are idempotent. */
export interface FlowSource {
  pause(): void;
  resume(): void;
}

export class Flow<Head> implements Releasing, MemoryUser {
  before: MemoryUser | null = null;
  after: MemoryUser | null = null;
  readonly #sink: FlowSink<Head>;
  readonly #source: FlowSource;
  readonly #clock: Clock;
  readonly #memory: HeldMemory;
  readonly #releases: ReleaseQueue;
  readonly #mostHeld: number;
  #stages: readonly FaultStage<Head>[];
  readonly #outbox: Outbox<Head>;
  #paused = false;
  /** The flow was cut: no more parts are taken in. */
  #closed = false;
  /** The flow is over: no more parts come out, either. */
  #dead = false;
  #isReleasing = false;
  /** Number of bytes handed to the sink. */
  #sent = 0;
  #alarm: Alarm | null = null;
  #alarmMs = Number.POSITIVE_INFINITY;

  /** `mostHeld`: most bytes held by faults that limit. */
  constructor(
    filters: readonly FaultFilter<Head>[],
    sink: FlowSink<Head>,
    source: FlowSource,
    { clock, memory, releases }: Holding,
    mostHeld = MOST_HELD,
  ) {
    this.#sink = sink;
    this.#source = source;
    this.#clock = clock;
    this.#memory = memory;
    this.#releases = releases;
    this.#mostHeld = mostHeld;
    this.#stages = filters.map((filter) => new FaultStage(filter, memory));
    if (filters.length > 0) memory.join(this);
    this.#outbox = new Outbox((part) => this.#emit(part), memory);
  }

  /**
   * Takes a head in, like `data` and `end` for the other parts. False: the source must stay paused until resumed;
   * borrowed bytes stay lent until then. `nowMs`: the time of arrival. Parts that came together should have the same
   * time: the parts are due together then, with a single wake.
   */
  head(head: Head, nowMs = this.#clock.nowMs()): boolean {
    return this.#take({ kind: "head", head, edit: null }, nowMs);
  }
  data(bytes: Uint8Array, nowMs = this.#clock.nowMs()): boolean {
    return bytes.length === 0 ? !this.#paused : this.#take({ kind: "data", bytes, store: "lent" }, nowMs);
  }
  end(nowMs = this.#clock.nowMs()): boolean {
    return this.#take({ kind: "end" }, nowMs);
  }

  /** Takes the sender's own end in mid-message in, behind the parts before it; no parts follow. */
  cut(how: Cut["how"], nowMs = this.#clock.nowMs()): void {
    this.#take({ kind: "cut", how }, nowMs);
    this.#closed = true;
  }

  /** Number of bytes that faults hold back, without the bytes that wait for a congested sink. */
  get held(): number {
    return this.#stages.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  /** A part waits for a fault, even if only an end. */
  get withholds(): boolean {
    return this.#stages.some(({ empty }) => !empty);
  }
  /** Number of bytes in the flow. */
  get pending(): number {
    return this.held + this.#outbox.bytes;
  }
  /** The flow has no faults and no parts, and can be removed. */
  get idle(): boolean {
    return this.#stages.length === 0 && this.#outbox.empty && !this.#outbox.congested && !this.#paused;
  }
  /** The sink takes no more, for a reason outside this flow. */
  congest(): void {
    this.#outbox.congested = true;
    this.#settle();
  }
  /** The sink takes more. */
  drained(): void {
    this.#outbox.drained();
    this.#settle();
  }
  /**
   * Changes the chain of filters. Parts held by a fault that left go to the next stage, in order, at once; a filter
   * that stays (the same object) keeps the held parts.
   */
  rechain(filters: readonly FaultFilter<Head>[], nowMs = this.#clock.nowMs()): void {
    if (this.#dead) return;
    // From the sink's end, because parts nearer the sink came earlier.
    for (let i = this.#stages.length - 1; i >= 0 && !this.#dead; i--)
      if (!filters.includes(this.#stages[i]!.fault)) this.#letGo(this.#stages[i]!, i, nowMs);
    if (this.#dead) return;
    this.#stages = filters.map(
      (filter) => this.#stages.find((old) => old.fault === filter) ?? new FaultStage(filter, this.#memory),
    );
    if (filters.length > 0) this.#memory.join(this);
    else this.#memory.leave(this);
    this.#releases.add(this);
  }
  /** Counts holds of a millisecond or more as hits now. */
  countHolds(nowMs: number): void {
    for (const stage of this.#stages) stage.countHold(nowMs);
  }
  /** Discards all parts in the flow. */
  dispose(): void {
    if (this.#dead) return;
    this.#closed = true;
    this.#dead = true;
    const nowMs = this.#stages.length === 0 ? 0 : this.#clock.nowMs();
    for (const stage of this.#stages) stage.clear(nowMs);
    this.#stages = [];
    this.#memory.leave(this);
    this.#outbox.close();
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  #take(part: Part<Head>, nowMs: number): boolean {
    if (this.#closed) return true;
    this.#enter(0, part, nowMs);
    this.#settle();
    return !this.#paused;
  }
  /** Moves a part from before stage `from` as far as the faults allow. */
  #enter(from: number, part: Part<Head>, nowMs: number): void {
    let going: Part<Head> | null = part;
    for (let i = from; i < this.#stages.length && going !== null; i++) {
      const stage: FaultStage<Head> = this.#stages[i]!;
      if (stage.closed) {
        discard(going, this.#memory);
        return;
      }
      if (!stage.fault.admission.acts(nowMs)) {
        this.#letGo(stage, i, nowMs);
        continue;
      }
      if (stage.asks) {
        stage.hold(going, { sinceMs: nowMs, atMs: nowMs }, "ask", false);
        return;
      }
      going = this.#decide(stage, i, going, nowMs);
    }
    if (going === null) return;
    if (this.#dead) discard(going, this.#memory);
    else this.#outbox.put(going);
  }
  /**
   * Decides on a part; returns the part, or the first bytes of the part, that go on at once. `askedSinceMs`: the
   * arrival time of a part that was the front of the queue, with no part ahead.
   */
  #decide(
    stage: FaultStage<Head>,
    i: number,
    part: Part<Head>,
    nowMs: number,
    askedSinceMs?: number,
  ): Part<Head> | null {
    const { admission } = stage.fault;
    if (stage.replaced !== null && !this.#readOriginal(stage, stage.replaced, part, nowMs)) {
      discard(part, this.#memory);
      return null;
    }
    const decision = stage.decide(part, nowMs);
    const asked = askedSinceMs !== undefined;
    const sinceMs = askedSinceMs ?? nowMs;
    const waits = !asked && !stage.empty;
    switch (decision.do) {
      case "meet":
        admission.hit(nowMs);
        if (!waits) return part;
        stage.hold(part, { sinceMs, atMs: nowMs }, "leave", false);
        return null;
      case "pass":
        if (!waits) return part;
        stage.hold(part, { sinceMs, atMs: nowMs }, "leave", false);
        return null;
      case "later":
        if (decision.atMs <= nowMs && !waits) return part;
        stage.hold(part, { sinceMs, atMs: decision.atMs }, "leave", asked);
        return null;
      case "split":
        return this.#split(stage, part, decision, { nowMs, sinceMs, asked });
      case "replace":
        if (!isSame(part, decision.pieces)) {
          admission.hit(nowMs);
          if (decision.lossy) admission.wounded = true;
        }
        this.#replace(stage, i, part, decision.pieces, { nowMs, sinceMs, asked });
        if (part.kind === "data") discard(part, this.#memory);
        return null;
      case "edit":
        return this.#edit(stage, i, part, decision.head, nowMs);
      case "answer":
      case "cut":
        if (decision.atMs > nowMs || waits) stage.hold(part, { sinceMs, atMs: decision.atMs }, kept(decision), asked);
        else this.#act(stage, i, part, decision, nowMs);
        return null;
    }
  }
  /** Compares the original body with the new body, which has gone ahead. False: the part goes no further. */
  #readOriginal(stage: FaultStage<Head>, replaced: ReplacedBody, part: Part<Head>, nowMs: number): boolean {
    const { admission } = stage.fault;
    if (part.kind === "data") {
      if (!replaced.matches(part.bytes)) admission.hit(nowMs);
      return false;
    }
    if (part.kind === "end") {
      if (!replaced.ends()) admission.hit(nowMs);
      // The whole new body has gone by: the receiver's stream is whole again.
      admission.wounded = false;
    }
    return true;
  }
  #split(
    stage: FaultStage<Head>,
    part: Part<Head>,
    split: Split,
    { nowMs, sinceMs, asked }: PartTiming,
  ): Part<Head> | null {
    if (part.kind !== "data" || split.bytes >= part.bytes.length) return part;
    if (split.bytes > 0) stage.fault.admission.hit(nowMs);
    if (split.bytes > 0 && typeof part.store !== "string") this.#memory.share(part.store);
    // Bytes leave, or time passes: asking cannot go on for ever within a single turn.
    const restAtMs = split.bytes > 0 ? split.restAtMs : Math.max(split.restAtMs, nowMs + 1);
    // Held before the first bytes leave: the receiver of those bytes may give the lent buffer back.
    stage.hold({ ...part, bytes: part.bytes.subarray(split.bytes) }, { sinceMs, atMs: restAtMs }, "ask", asked);
    return split.bytes > 0 ? { ...part, bytes: part.bytes.subarray(0, split.bytes) } : null;
  }
  /** Sends the pieces instead of data, or before an end. */
  #replace(
    stage: FaultStage<Head>,
    i: number,
    instead: Part<Head>,
    pieces: readonly Chunk[],
    { nowMs, sinceMs, asked }: PartTiming,
  ): void {
    const parts: { part: Part<Head>; atMs: number }[] = pieces.map(({ bytes, atMs }) => ({
      part: { kind: "data", bytes, store: "lent" },
      atMs,
    }));
    const all = instead.kind === "data" ? parts : [...parts, { part: instead, atMs: nowMs }];
    const ready = !asked && !stage.empty ? 0 : all.findIndex(({ atMs }) => atMs > nowMs);
    const waiting = ready < 0 ? [] : all.slice(ready);
    for (const { part, atMs } of asked ? waiting.reverse() : waiting)
      stage.hold(part, { sinceMs, atMs }, "leave", asked);
    for (const { part } of ready < 0 ? all : all.slice(0, ready)) this.#enter(i + 1, part, nowMs);
  }
  #edit(stage: FaultStage<Head>, i: number, part: Part<Head>, wanted: HeadEdit, nowMs: number): Part<Head> | null {
    if (part.kind !== "head") return part;
    const edit = changesOf(part.head as RequestView | ResponseHead, part.edit, wanted);
    if (edit === null) return part;
    const { body, status, path, headers } = edit;
    const { admission } = stage.fault;
    if (status !== undefined || path !== undefined || Object.keys(headers ?? {}).length > 0) admission.hit(nowMs);
    if (body !== undefined) {
      const length = (part.head as RequestView | ResponseHead).header("content-length");
      if (length !== undefined && length !== String(body.length)) admission.hit(nowMs);
      stage.replaced = new ReplacedBody(body);
      admission.wounded = true;
    }
    this.#enter(i + 1, { ...part, edit: merged(part.edit, edit) }, nowMs);
    if (body !== undefined && body.length > 0) this.#enter(i + 1, { kind: "data", bytes: body, store: "own" }, nowMs);
    return null;
  }
  /** Carries out an answer or a cut that is due, in place of a part. */
  #act(stage: FaultStage<Head>, i: number, instead: Part<Head>, decision: Reply | Cut, nowMs: number): void {
    const { admission } = stage.fault;
    admission.hit(nowMs);
    if (decision.do === "answer") {
      discard(instead, this.#memory);
      this.dispose();
      this.#sink.answer?.(decision.answer, admission);
      return;
    }
    admission.wounded = true;
    // Parts that come as far as this stage are lost; the cut follows the kept parts through the remaining faults.
    this.#closed = true;
    for (const lost of this.#stages.slice(0, i + 1)) {
      lost.closed = true;
      lost.clear(nowMs);
    }
    const store = instead.kind === "data" ? instead.store : "lent";
    for (const { bytes } of decision.keep ?? []) {
      const isOfPart = typeof store !== "string" && instead.kind === "data" && bytes.buffer === instead.bytes.buffer;
      if (isOfPart) this.#memory.share(store);
      const kept: DataPart = { kind: "data", bytes, store: isOfPart ? store : "lent" };
      this.#enter(i + 1, kept, nowMs);
    }
    discard(instead, this.#memory);
    this.#enter(i + 1, { kind: "cut", how: decision.how }, nowMs);
  }
  /**
   * Releases the held parts of a fault that is over for this exchange: the parts go on at once, unless bytes were lost;
   * then the exchange is reset.
   */
  #letGo(stage: FaultStage<Head>, i: number, nowMs: number): void {
    if (stage.fault.admission.wounded) {
      stage.fault.admission.hit(nowMs);
      this.dispose();
      this.#sink.cut("rst");
      return;
    }
    // By way of the release queue: ten thousand flows of a fault become free at the same time.
    const isLast = i === this.#stages.length - 1;
    for (let item = stage.shift(nowMs); item !== undefined; item = stage.shift(nowMs))
      if (isLast) this.#outbox.queue(item.part);
      else this.#enter(i + 1, item.part, nowMs);
  }

  /**
   * Sends due parts, `RELEASED_PARTS` at most, until `most` bytes are sent. Parts move on from the sink's end, because parts
   * nearer the sink came earlier. True: more are due.
   */
  releaseSome(most: number, nowMs: number): boolean {
    if (this.#dead) return false;
    this.#isReleasing = true;
    try {
      this.#sendDue(most, nowMs);
    } finally {
      this.#isReleasing = false;
    }
    this.#settle();
    if (this.idle) this.#sink.emptied?.();
    return !this.#dead && (this.#outbox.isReady || this.#nextMs <= nowMs);
  }
  #sendDue(most: number, nowMs: number): void {
    const until = this.#sent + most;
    this.#outbox.pump(most);
    let left = RELEASED_PARTS;
    for (let i = this.#stages.length - 1; i >= 0; i--)
      while (left > 0 && this.#sent < until && this.#stages[i] !== undefined && this.#stages[i]!.nextMs <= nowMs) {
        this.#releaseFront(this.#stages[i]!, i, nowMs);
        left--;
      }
  }
  #releaseFront(stage: FaultStage<Head>, i: number, nowMs: number): void {
    // The fault ended before this timer fired: a decision taken earlier must not be carried out any more.
    if (!stage.fault.admission.acts(nowMs)) {
      this.#letGo(stage, i, nowMs);
      return;
    }
    const { part, then, sinceMs } = stage.shift(nowMs)!;
    if (then !== "leave" && then !== "ask") {
      this.#act(stage, i, part, then, nowMs);
      return;
    }
    const going = then === "leave" ? part : this.#decide(stage, i, part, nowMs, sinceMs);
    if (going !== null) this.#enter(i + 1, going, nowMs);
  }
  /** Hands a part to the sink. False: no more after this part. */
  #emit(part: Part<Head>): boolean {
    if (part.kind === "data") {
      this.#sent += part.bytes.length;
      return this.#sink.data(part.bytes);
    }
    if (part.kind === "head") this.#sink.head(part.head, part.edit);
    else if (part.kind === "end") this.#sink.end();
    else {
      this.dispose();
      this.#sink.cut(part.how);
    }
    return true;
  }
  memoryChanged(): void {
    // A flow may end while the others are told.
    if (!this.#dead) this.#regulate();
  }
  /** Called after every change: sets the timer, and regulates the source. */
  #settle(): void {
    if (!this.#dead && !this.#isReleasing) {
      if (this.#outbox.isReady) this.#releases.add(this);
      this.#arm();
    }
    this.#regulate();
  }
  /** Pauses or resumes the source. */
  #regulate(): void {
    let limited = this.#outbox.bytes;
    let shifted = 0;
    for (const stage of this.#stages) {
      if (stage.shifts) shifted += stage.cost;
      else limited += stage.cost;
    }
    const most = shifted === 0 ? 0 : this.#memory.mostFor(shifted);
    const isSpent = this.#stages.length > 0 && this.#memory.isSpent;
    const isFull = isSpent || shifted > most;
    // A limited flow without held bytes takes a part until memory is spent: only the flow's own limit may slow it down.
    const isLimited = limited > this.#mostHeld || (limited > 0 && this.#memory.isShort);
    if (!this.#paused && (this.#outbox.congested || isLimited || isFull)) {
      this.#paused = true;
      if (isFull) for (const { shifts, fault } of this.#stages) if (shifts) fault.admission.squeeze();
      this.#source.pause();
    } else if (
      this.#paused &&
      !this.#outbox.congested &&
      !isLimited &&
      !isFull &&
      limited <= this.#mostHeld / 2 &&
      shifted <= most / 2
    ) {
      this.#paused = false;
      this.#source.resume();
    }
  }
  /** Due time of the part that leaves a stage next. */
  get #nextMs(): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const stage of this.#stages) nextMs = Math.min(nextMs, stage.nextMs);
    return nextMs;
  }
  /**
   * Sets the flow's only timer. A timer that fires early finds no due part and is set again, which is cheaper than
   * moving the timer each time.
   */
  #arm(): void {
    const nextMs = this.#nextMs;
    if (nextMs >= this.#alarmMs || nextMs === Number.POSITIVE_INFINITY) return;
    this.#alarm?.cancel();
    this.#alarmMs = nextMs;
    const ring = () => {
      this.#alarmMs = Number.POSITIVE_INFINITY;
      this.#releases.add(this);
    };
    this.#alarm = this.#clock.wake(nextMs, ring, "exactly");
  }
}

/**
 * Timing of a decision on a part: the time of the decision, the time of arrival, and whether the part was the front of
 * the queue.
 */
interface PartTiming {
  readonly nowMs: number;
  readonly sinceMs: number;
  readonly asked: boolean;
}

/** Are the pieces the part, byte for byte and with the same borders? Pieces before an end are no part of the end. */
const isSame = <Head>(part: Part<Head>, pieces: readonly Chunk[]): boolean =>
  part.kind === "data"
    ? pieces.length === 1 && Buffer.compare(pieces[0]!.bytes, part.bytes) === 0
    : pieces.every(({ bytes }) => bytes.length === 0);

/** A decision to be carried out later keeps no borrowed bytes. */
const kept = (decision: Reply | Cut): Reply | Cut =>
  decision.do === "answer" || decision.keep === undefined
    ? decision
    : { ...decision, keep: decision.keep.map(({ bytes, atMs }) => ({ bytes: Buffer.from(bytes), atMs })) };
