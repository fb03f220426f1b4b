/** Fault stage: one fault in one direction of one exchange, and what it holds there. It keeps order and due times; the flow moves parts. */

import type { Admission } from "../faults/admission.ts";
import {
  type Cut,
  type Edit,
  type Filter,
  type HeadEdit,
  type Later,
  PASS,
  type Pass,
  type Replace,
  type Reply,
  type Split,
} from "../faults/behaviour.ts";
import { Fifo } from "./fifo.ts";
import type { ReplacedBody } from "./replaced-body.ts";

/** What travels through a flow. */
export type Part<Head> =
  | { readonly kind: "head"; readonly head: Head; readonly edit: HeadEdit | null }
  /** `owned`: our own copy, which nobody else writes to. */
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly owned: boolean }
  | { readonly kind: "end" }
  /** A cut that was decided upstream and follows what still leaves before it. */
  | { readonly kind: "cut"; readonly how: Cut["how"] };

/** One fault in one direction of one exchange. */
export interface FaultFilter<Head> {
  readonly admission: Admission;
  readonly filter: Filter<Head, Pass | Later | Edit | Reply | Cut>;
}
export type Decision = Pass | Later | Split | Replace | Edit | Reply | Cut;

/** `then`, once it is due: it leaves, it is shown to the stage (again), or this is done instead of it. */
export interface HeldPart<Head> {
  readonly part: Part<Head>;
  readonly dueMs: number;
  /** When it came to this stage. */
  readonly sinceMs: number;
  readonly then: "leave" | "ask" | Reply | Cut;
}

/** From when a part came until it is due. */
interface HoldTime {
  readonly sinceMs: number;
  readonly atMs: number;
}

/** What a held part costs beside its bytes, so that a sender of single bytes is bounded too. */
const COST_OF_PART = 128;

export class FaultStage<Head> {
  readonly fault: FaultFilter<Head>;
  /** Its edit set this body: the original one ends here. */
  replaced: ReplacedBody | null = null;
  /** It cut the exchange: nothing that comes as far as here matters any more. */
  closed = false;
  bytes = 0;
  cost = 0;
  readonly #held = new Fifo<HeldPart<Head>>();

  constructor(fault: FaultFilter<Head>) {
    this.fault = fault;
  }
  get empty(): boolean {
    return this.#held.length === 0;
  }
  get nextMs(): number {
    return this.#held.front?.dueMs ?? Number.POSITIVE_INFINITY;
  }
  /** Something waits to be decided upon, so whatever comes now has to wait behind it. */
  get asks(): boolean {
    return this.#held.back?.then === "ask";
  }
  decide(part: Part<Head>, nowMs: number): Decision {
    const { filter } = this.fault;
    if (part.kind === "data") return filter.data?.({ bytes: part.bytes, atMs: nowMs }) ?? PASS;
    if (part.kind === "head") return filter.head?.(part.head, nowMs) ?? PASS;
    // A cut ends the stream too: what holds an end back holds it back as well.
    const decision = filter.end?.(nowMs) ?? PASS;
    return part.kind === "cut" && decision.do !== "later" ? PASS : decision;
  }
  /** At the back, never due before what is ahead of it; or in front, as the rest of what was the front a moment ago. */
  hold(part: Part<Head>, { sinceMs, atMs }: HoldTime, then: HeldPart<Head>["then"], inFront: boolean): void {
    const kept = owned(part);
    this.bytes += sizeOf(kept);
    this.cost += sizeOf(kept) + COST_OF_PART;
    if (inFront) this.#held.putBack({ part: kept, dueMs: atMs, sinceMs, then });
    else this.#held.push({ part: kept, dueMs: Math.max(atMs, this.#held.back?.dueMs ?? atMs), sinceMs, then });
  }
  /** The front, due or not. */
  shift(nowMs: number): HeldPart<Head> | undefined {
    this.countHold(nowMs);
    const item = this.#held.shift();
    if (item === undefined) return undefined;
    this.bytes -= sizeOf(item.part);
    this.cost -= sizeOf(item.part) + COST_OF_PART;
    return item;
  }
  /** The front came first, so it has been held longest. */
  countHold(nowMs: number): void {
    const { front } = this.#held;
    if (front !== undefined) this.fault.admission.held(front.sinceMs, nowMs);
  }
  /** Nothing that is in here will leave it. */
  clear(nowMs: number): void {
    this.countHold(nowMs);
    // A new body went ahead of the original, which was never seen whole: its end did not come when it would have.
    if (this.replaced?.isWhole === false) this.fault.admission.hit(nowMs);
    this.replaced = null;
    this.#held.clear();
    this.bytes = 0;
    this.cost = 0;
  }
}

export const sizeOf = <Head>(part: Part<Head>): number => (part.kind === "data" ? part.bytes.length : 0);

/** The part with bytes that may be kept. */
export const owned = <Head>(part: Part<Head>): Part<Head> =>
  part.kind === "data" && !part.owned ? { kind: "data", bytes: Buffer.from(part.bytes), owned: true } : part;
