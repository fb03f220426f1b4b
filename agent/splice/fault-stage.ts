/**
 * Fault stage: a fault in one direction of an exchange, with the parts that the fault holds there. The stage keeps
 * order and due times; the flow moves the parts.
 */

import type { Admission } from "../faults/admission.ts";
import {
  type Cut,
  type Edit,
  type Filter,
  type Later,
  PASS,
  type Pass,
  type Replace,
  type Reply,
  type Split,
} from "../faults/behaviour.ts";
import type { HeadEdit } from "../http1/message.ts";
import { Fifo } from "./fifo.ts";
import type { ReplacedBody } from "./replaced-body.ts";

/** Part of a message or stream that travels through a flow. */
export type Part<Head> =
  | { readonly kind: "head"; readonly head: Head; readonly edit: HeadEdit | null }
  /** `owned`: true for our own copy, which no other code writes to. */
  | { readonly kind: "data"; readonly bytes: Uint8Array; readonly owned: boolean }
  | { readonly kind: "end" }
  /** A cut that was decided upstream and follows the parts that still leave before the cut. */
  | { readonly kind: "cut"; readonly how: Cut["how"] };

/** Filter of a fault in one direction of an exchange. */
export interface FaultFilter<Head> {
  readonly admission: Admission;
  readonly filter: Filter<Head, Pass | Later | Edit | Reply | Cut>;
}
export type Decision = Pass | Later | Split | Replace | Edit | Reply | Cut;

/**
 * A part held until due. `then`: the part leaves, or the fault is asked (again), or this answer or cut takes the part's
 * place.
 */
export interface HeldPart<Head> {
  readonly part: Part<Head>;
  readonly dueMs: number;
  /** Time at which the part came to this stage. */
  readonly sinceMs: number;
  readonly then: "leave" | "ask" | Reply | Cut;
}

/** Hold of a part: from arrival until due. */
interface HoldTime {
  readonly sinceMs: number;
  readonly atMs: number;
}

/** Cost of a held part beside the part's bytes, so that a sender of single bytes is bounded too. */
const COST_OF_PART = 128;

export class FaultStage<Head> {
  readonly fault: FaultFilter<Head>;
  /** New body set by this fault's edit: the original body ends at this stage. */
  replaced: ReplacedBody | null = null;
  /** True: this fault cut the exchange, and parts that come as far as this stage are discarded. */
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
  /** The last held part still waits for a decision, so that newer parts have to wait behind that part. */
  get asks(): boolean {
    return this.#held.back?.then === "ask";
  }
  decide(part: Part<Head>, nowMs: number): Decision {
    const { filter } = this.fault;
    if (part.kind === "data") return filter.data?.({ bytes: part.bytes, atMs: nowMs }) ?? PASS;
    if (part.kind === "head") return filter.head?.(part.head, nowMs) ?? PASS;
    // A cut ends the stream too: a fault that holds an end back holds a cut back as well.
    const decision = filter.end?.(nowMs) ?? PASS;
    return part.kind === "cut" && decision.do !== "later" ? PASS : decision;
  }
  /**
   * Holds a part at the back, never due before the parts ahead; or in front, as the rest of the part that was the front
   * a moment ago.
   */
  hold(part: Part<Head>, { sinceMs, atMs }: HoldTime, then: HeldPart<Head>["then"], inFront: boolean): void {
    const kept = owned(part);
    this.bytes += sizeOf(kept);
    this.cost += sizeOf(kept) + COST_OF_PART;
    if (inFront) this.#held.putBack({ part: kept, dueMs: atMs, sinceMs, then });
    else this.#held.push({ part: kept, dueMs: Math.max(atMs, this.#held.back?.dueMs ?? atMs), sinceMs, then });
  }
  /** Takes the front part, due or not. */
  shift(nowMs: number): HeldPart<Head> | undefined {
    this.countHold(nowMs);
    const item = this.#held.shift();
    if (item === undefined) return undefined;
    this.bytes -= sizeOf(item.part);
    this.cost -= sizeOf(item.part) + COST_OF_PART;
    return item;
  }
  /** Counts a hit for the front part, which came first and has been held longest. */
  countHold(nowMs: number): void {
    const { front } = this.#held;
    if (front !== undefined) this.fault.admission.held(front.sinceMs, nowMs);
  }
  /** Discards all held parts. */
  clear(nowMs: number): void {
    this.countHold(nowMs);
    // A new body went ahead of the original, which was never read whole: the original's end did not arrive on time.
    if (this.replaced?.isWhole === false) this.fault.admission.hit(nowMs);
    this.replaced = null;
    this.#held.clear();
    this.bytes = 0;
    this.cost = 0;
  }
}

export const sizeOf = <Head>(part: Part<Head>): number => (part.kind === "data" ? part.bytes.length : 0);

/** The same part with bytes that may be kept. */
export const owned = <Head>(part: Part<Head>): Part<Head> =>
  part.kind === "data" && !part.owned ? { kind: "data", bytes: Buffer.from(part.bytes), owned: true } : part;
