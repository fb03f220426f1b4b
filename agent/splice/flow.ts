/**
 * One direction of one exchange: parts come in at the sender's end, pass the faults in order, and leave through the sink.
 *
 *   source → stage (one fault, what it holds) → stage → … → outbox → sink
 *
 * The only holder of bytes. Each stage has a queue of its own, so a part is decided upon at the moment it really gets
 * there, a fault that goes hands what it held to the next one in order, and due times never go backwards.
 */

import type { RequestView } from "../../experiments/model/match/match.ts";
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Admission } from "../faults/admission.ts";
import type { Answer, Chunk, Cut, HeadEdit, Reply, ResponseHead, Split } from "../faults/behaviour.ts";
import { type FaultFilter, FaultStage, owned, type Part } from "./fault-stage.ts";
import { changesOf, merged } from "./head-edit.ts";
import { Outbox } from "./outbox.ts";
import { ReplacedBody } from "./replaced-body.ts";

export type { FaultFilter } from "./fault-stage.ts";

/** What a flow holds, in bytes, before its source is paused. */
export const MOST_HELD = 256 * 1024;
/** Parts that leave stages in one turn of the loop. */
const RELEASED_A_TURN = 1_024;

/** Where the parts go: a codec, or a bare transport. */
export interface FlowSink<Head> {
  /** `edit`: all changes together. When it has a body, exactly that body follows as data, instead of the original one. */
  head(head: Head, edit: HeadEdit | null): void;
  /** False: taken, but no more until `flow.drained()`; borrowed bytes stay lent until then. */
  data(bytes: Uint8Array): boolean;
  end(): void;
  /** The exchange is over, nothing follows. `fin`: close after what was written; `rst`: at once. */
  cut(how: Cut["how"]): void;
  /** Request direction only: a fault answers, the callee is not asked; nothing follows. */
  answer?(answer: Answer, by: Admission): void;
}
/** Where the parts come from. Both calls are idempotent. */
export interface FlowSource {
  pause(): void;
  resume(): void;
}

export class Flow<Head> {
  readonly #sink: FlowSink<Head>;
  readonly #source: FlowSource;
  readonly #clock: Clock;
  readonly #mostHeld: number;
  #stages: readonly FaultStage<Head>[];
  readonly #outbox: Outbox<Head>;
  #paused = false;
  /** Nothing is taken in any more: it was cut. */
  #closed = false;
  /** Nothing comes out any more, either. */
  #dead = false;
  #alarm: Alarm | null = null;
  #alarmMs = Number.POSITIVE_INFINITY;

  constructor(
    filters: readonly FaultFilter<Head>[],
    sink: FlowSink<Head>,
    source: FlowSource,
    clock: Clock,
    mostHeld = MOST_HELD,
  ) {
    this.#sink = sink;
    this.#source = source;
    this.#clock = clock;
    this.#mostHeld = mostHeld;
    this.#stages = filters.map((filter) => new FaultStage(filter));
    this.#outbox = new Outbox((part) => this.#emit(part));
  }

  /**
   * Each takes one part in. False: the source must stay paused until it is resumed; borrowed bytes stay lent until then.
   * `nowMs`: when it came. Parts that came together should say the same: then they are due together, and one wake does.
   */
  head(head: Head, nowMs = this.#clock.nowMs()): boolean {
    return this.#take({ kind: "head", head, edit: null }, nowMs);
  }
  data(bytes: Uint8Array, nowMs = this.#clock.nowMs()): boolean {
    return bytes.length === 0 ? !this.#paused : this.#take({ kind: "data", bytes, owned: false }, nowMs);
  }
  end(nowMs = this.#clock.nowMs()): boolean {
    return this.#take({ kind: "end" }, nowMs);
  }

  /** Bytes that faults hold back; those that wait for a congested sink are not. */
  get held(): number {
    return this.#stages.reduce((sum, { bytes }) => sum + bytes, 0);
  }
  /** Something waits for a fault, be it only an end. */
  get withholds(): boolean {
    return this.#stages.some(({ empty }) => !empty);
  }
  /** All bytes in here. */
  get pending(): number {
    return this.held + this.#outbox.bytes;
  }
  /** No fault and nothing in here: it can be taken out of the way. */
  get idle(): boolean {
    return this.#stages.length === 0 && this.#outbox.empty && !this.#outbox.congested && !this.#paused;
  }
  /** The sink takes no more, for a reason of its own. */
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
   * The chain changed. What a fault that left was holding goes to the next one, in order, at once; a filter that stays (the
   * same object) keeps what it holds.
   */
  rechain(filters: readonly FaultFilter<Head>[], nowMs = this.#clock.nowMs()): void {
    if (this.#dead) return;
    // From the sink's end: what is nearer to it came earlier.
    for (let i = this.#stages.length - 1; i >= 0 && !this.#dead; i--)
      if (!filters.includes(this.#stages[i]!.fault)) this.#letGo(this.#stages[i]!, i, nowMs);
    if (this.#dead) return;
    this.#stages = filters.map((filter) => this.#stages.find((old) => old.fault === filter) ?? new FaultStage(filter));
    this.#release();
  }
  /** Counts as hits what faults have held for a millisecond by now. */
  countHolds(nowMs: number): void {
    for (const stage of this.#stages) stage.countHold(nowMs);
  }
  /** Throws away all that is in here. */
  dispose(): void {
    if (this.#dead) return;
    this.#closed = true;
    this.#dead = true;
    const nowMs = this.#stages.length === 0 ? 0 : this.#clock.nowMs();
    for (const stage of this.#stages) stage.clear(nowMs);
    this.#stages = [];
    this.#outbox.clear();
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  #take(part: Part<Head>, nowMs: number): boolean {
    if (this.#closed) return true;
    this.#enter(0, part, nowMs);
    this.#settle();
    return !this.#paused;
  }
  /** A part arrives before stage `from` and goes as far as it may. */
  #enter(from: number, part: Part<Head>, nowMs: number): void {
    let going: Part<Head> | null = part;
    for (let i = from; i < this.#stages.length && going !== null; i++) {
      const stage: FaultStage<Head> = this.#stages[i]!;
      if (stage.closed) return;
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
    if (going !== null && !this.#dead) this.#outbox.put(going);
  }
  /** What goes on from here at once. `askedSinceMs`: when the part came, which was the front of the queue: nothing is ahead of it. */
  #decide(
    stage: FaultStage<Head>,
    i: number,
    part: Part<Head>,
    nowMs: number,
    askedSinceMs?: number,
  ): Part<Head> | null {
    const { admission } = stage.fault;
    if (stage.replaced !== null && !this.#readOriginal(stage, stage.replaced, part, nowMs)) return null;
    const decision = stage.decide(part, nowMs);
    const asked = askedSinceMs !== undefined;
    const sinceMs = askedSinceMs ?? nowMs;
    const waits = !asked && !stage.empty;
    switch (decision.do) {
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
        return null;
      case "edit":
        return this.#edit(stage, i, part, decision.head, nowMs);
      case "answer":
      case "cut":
        if (decision.atMs > nowMs || waits) stage.hold(part, { sinceMs, atMs: decision.atMs }, kept(decision), asked);
        else this.#act(stage, i, decision, nowMs);
        return null;
    }
  }
  /** Compares the original body with the new one, which has gone ahead of it. False: the part goes no further. */
  #readOriginal(stage: FaultStage<Head>, replaced: ReplacedBody, part: Part<Head>, nowMs: number): boolean {
    const { admission } = stage.fault;
    if (part.kind === "data") {
      if (!replaced.matches(part.bytes)) admission.hit(nowMs);
      return false;
    }
    if (part.kind === "end") {
      if (!replaced.ends()) admission.hit(nowMs);
      // All of the new body has gone by: what arrives is whole again.
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
    // Copied before the first bytes leave: whoever gets those may hand the borrowed buffer back.
    const rest = owned<Head>({ ...part, bytes: part.bytes.subarray(split.bytes) });
    // Something leaves, or time passes: asking cannot go on for ever within one turn.
    const restAtMs = split.bytes > 0 ? split.restAtMs : Math.max(split.restAtMs, nowMs + 1);
    stage.hold(rest, { sinceMs, atMs: restAtMs }, "ask", asked);
    return split.bytes > 0 ? { ...part, bytes: part.bytes.subarray(0, split.bytes) } : null;
  }
  /** The pieces instead of data, or before an end. */
  #replace(
    stage: FaultStage<Head>,
    i: number,
    instead: Part<Head>,
    pieces: readonly Chunk[],
    { nowMs, sinceMs, asked }: PartTiming,
  ): void {
    const parts: { part: Part<Head>; atMs: number }[] = pieces.map(({ bytes, atMs }) => ({
      part: { kind: "data", bytes, owned: false },
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
    if (body !== undefined && body.length > 0) this.#enter(i + 1, { kind: "data", bytes: body, owned: true }, nowMs);
    return null;
  }
  /** An answer or a cut whose time has come. */
  #act(stage: FaultStage<Head>, i: number, decision: Reply | Cut, nowMs: number): void {
    const { admission } = stage.fault;
    admission.hit(nowMs);
    if (decision.do === "answer") {
      this.dispose();
      this.#sink.answer?.(decision.answer, admission);
      return;
    }
    admission.wounded = true;
    // What comes as far as here is lost; the cut itself follows what was kept through the faults that are left.
    this.#closed = true;
    for (const lost of this.#stages.slice(0, i + 1)) {
      lost.closed = true;
      lost.clear(nowMs);
    }
    for (const { bytes } of decision.keep ?? []) this.#enter(i + 1, { kind: "data", bytes, owned: false }, nowMs);
    this.#enter(i + 1, { kind: "cut", how: decision.how }, nowMs);
  }
  /** A fault is over for this exchange: what it held goes on at once, unless bytes were lost: then nothing can. */
  #letGo(stage: FaultStage<Head>, i: number, nowMs: number): void {
    if (stage.fault.admission.wounded) {
      stage.fault.admission.hit(nowMs);
      this.dispose();
      this.#sink.cut("rst");
      return;
    }
    for (let item = stage.shift(nowMs); item !== undefined; item = stage.shift(nowMs))
      this.#enter(i + 1, item.part, nowMs);
  }

  /** Moves on what is due, from the sink's end: what is nearer to it came earlier. */
  #release(): void {
    const nowMs = this.#clock.nowMs();
    let left = RELEASED_A_TURN;
    for (let i = this.#stages.length - 1; i >= 0; i--)
      while (left > 0 && this.#stages[i] !== undefined && this.#stages[i]!.nextMs <= nowMs) {
        this.#releaseFront(this.#stages[i]!, i, nowMs);
        left--;
      }
    this.#settle();
  }
  #releaseFront(stage: FaultStage<Head>, i: number, nowMs: number): void {
    // An end that came before its timer: the decision that was taken then must not be carried out any more.
    if (!stage.fault.admission.acts(nowMs)) {
      this.#letGo(stage, i, nowMs);
      return;
    }
    const { part, then, sinceMs } = stage.shift(nowMs)!;
    if (then !== "leave" && then !== "ask") {
      this.#act(stage, i, then, nowMs);
      return;
    }
    const going = then === "leave" ? part : this.#decide(stage, i, part, nowMs, sinceMs);
    if (going !== null) this.#enter(i + 1, going, nowMs);
  }
  /** To the sink. False: no more after this one. */
  #emit(part: Part<Head>): boolean {
    if (part.kind === "data") return this.#sink.data(part.bytes);
    if (part.kind === "head") this.#sink.head(part.head, part.edit);
    else if (part.kind === "end") this.#sink.end();
    else {
      this.dispose();
      this.#sink.cut(part.how);
    }
    return true;
  }
  /** After every change: the timer, and whether the source may go on. */
  #settle(): void {
    if (!this.#dead) this.#arm();
    const cost = this.#stages.reduce((sum, stage) => sum + stage.cost, this.#outbox.bytes);
    if (!this.#paused && (this.#outbox.congested || cost > this.#mostHeld)) {
      this.#paused = true;
      this.#source.pause();
    } else if (this.#paused && !this.#outbox.congested && cost <= this.#mostHeld / 2) {
      this.#paused = false;
      this.#source.resume();
    }
  }
  /** One timer. One that rings early finds nothing due and is set again, which is cheaper than moving it each time. */
  #arm(): void {
    const nextMs = this.#stages.reduce((soonest, { nextMs }) => Math.min(soonest, nextMs), Number.POSITIVE_INFINITY);
    if (nextMs >= this.#alarmMs || nextMs === Number.POSITIVE_INFINITY) return;
    this.#alarm?.cancel();
    this.#alarmMs = nextMs;
    const ring = () => {
      this.#alarmMs = Number.POSITIVE_INFINITY;
      this.#release();
    };
    this.#alarm = this.#clock.wake(nextMs, ring, "exactly");
  }
}

/** When a part is decided upon, when it came, and whether it was the front of the queue. */
interface PartTiming {
  readonly nowMs: number;
  readonly sinceMs: number;
  readonly asked: boolean;
}

/** Whether the pieces are the part, byte for byte and with the same borders. Pieces before an end are none of it. */
const isSame = <Head>(part: Part<Head>, pieces: readonly Chunk[]): boolean =>
  part.kind === "data"
    ? pieces.length === 1 && Buffer.compare(pieces[0]!.bytes, part.bytes) === 0
    : pieces.every(({ bytes }) => bytes.length === 0);

/** A decision to be carried out later keeps no borrowed bytes. */
const kept = (decision: Reply | Cut): Reply | Cut =>
  decision.do === "answer" || decision.keep === undefined
    ? decision
    : { ...decision, keep: decision.keep.map(({ bytes, atMs }) => ({ bytes: Buffer.from(bytes), atMs })) };
