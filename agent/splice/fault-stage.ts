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
  type Meet,
  PASS,
  type Pass,
  type Replace,
  type Reply,
  type Split,
} from "../faults/behaviour.ts";
import { Fifo } from "../held/fifo.ts";
import { COST_OF_PART, type HeldMemory } from "../held/held-memory.ts";
import type { Slab } from "../held/slab.ts";
import type { HeadEdit } from "../http1/message.ts";
import type { ReplacedBody } from "./replaced-body.ts";

/** Part of a message or stream that travels through a flow. */
export type Part<Head> =
  | { readonly kind: "head"; readonly head: Head; readonly edit: HeadEdit | null }
  | DataPart
  | { readonly kind: "end" }
  /** A cut that was decided upstream and follows the parts that still leave before the cut. */
  | { readonly kind: "cut"; readonly how: Cut["how"] };

/**
 * Bytes of a part. `store`: the slab that holds them, `own` for a copy that no other code writes to, or `lent`: to be
 * copied before they are kept.
 */
export interface DataPart {
  readonly kind: "data";
  readonly bytes: Uint8Array;
  readonly store: Slab | "own" | "lent";
}

/** Filter of a fault in one direction of an exchange. */
export interface FaultFilter<Head> {
  readonly admission: Admission;
  readonly filter: Filter<Head, Pass | Later | Edit | Reply | Cut>;
}
export type Decision = Pass | Meet | Later | Split | Replace | Edit | Reply | Cut;

/**
 * A part held until due. `then`: the part leaves, or the fault is asked (again), or this answer or cut takes the part's
 * place.
 */
export interface HeldPart<Head> {
  part: Part<Head>;
  dueMs: number;
  /** Due time of the first bytes of the part, to which later bytes were joined. */
  readonly firstDueMs: number;
  /** Time at which the part, or the first bytes of the part, came to this stage. */
  readonly sinceMs: number;
  readonly then: "leave" | "ask" | Reply | Cut;
}

/** Hold of a part: from arrival until due. */
interface HoldTime {
  readonly sinceMs: number;
  readonly atMs: number;
}

/** Bytes are joined to the part ahead while due within this time, ms: such a part leaves with the last of its bytes. */
const JOINED_MS = 1;

export class FaultStage<Head> {
  readonly fault: FaultFilter<Head>;
  /** New body set by this fault's edit: the original body ends at this stage. */
  replaced: ReplacedBody | null = null;
  /** True: this fault cut the exchange, and parts that come as far as this stage are discarded. */
  closed = false;
  bytes = 0;
  /** Memory that the held parts use, bytes. */
  cost = 0;
  readonly #memory: HeldMemory;
  readonly #held = new Fifo<HeldPart<Head>>();

  constructor(fault: FaultFilter<Head>, memory: HeldMemory) {
    this.fault = fault;
    this.#memory = memory;
  }
  get empty(): boolean {
    return this.#held.length === 0;
  }
  get nextMs(): number {
    return this.#held.front?.dueMs ?? Number.POSITIVE_INFINITY;
  }
  /** The fault only shifts the flow in time: parts may fill the memory for held bytes, instead of pausing the source. */
  get shifts(): boolean {
    return this.fault.filter.shifts === true;
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
   * a moment ago. Lent bytes are copied.
   */
  hold(part: Part<Head>, { sinceMs, atMs }: HoldTime, then: HeldPart<Head>["then"], inFront: boolean): void {
    const dueMs = inFront ? atMs : Math.max(atMs, this.#held.back?.dueMs ?? atMs);
    if (part.kind !== "data" || part.store !== "lent") {
      this.#keep({ part, dueMs, firstDueMs: dueMs, sinceMs, then }, inFront);
      return;
    }
    const joined = inFront || then !== "leave" ? 0 : this.#join(part.bytes, dueMs);
    const copies = copiesOf(part.bytes.subarray(joined), this.#memory, atMs - sinceMs);
    for (const copy of inFront ? copies.reverse() : copies)
      this.#keep({ part: copy, dueMs, firstDueMs: dueMs, sinceMs, then }, inFront);
  }
  #keep(item: HeldPart<Head>, inFront: boolean): void {
    const size = sizeOf(item.part);
    this.bytes += size;
    this.cost += size + COST_OF_PART;
    if (inFront) this.#held.putBack(item);
    else this.#held.push(item);
  }
  /** Joins bytes to the last part, where due with that part and room lies behind it. Returns the number of bytes. */
  #join(bytes: Uint8Array, dueMs: number): number {
    const { back } = this.#held;
    if (back === undefined || back.then !== "leave" || back.part.kind !== "data") return 0;
    const { bytes: before, store } = back.part;
    if (typeof store === "string" || !store.isLast(before)) return 0;
    if (dueMs !== back.firstDueMs && !(dueMs - back.firstDueMs < JOINED_MS)) return 0;
    const joined = Math.min(store.room, bytes.length);
    if (joined === 0) return 0;
    back.part = { kind: "data", bytes: store.extend(before, bytes.subarray(0, joined)), store };
    back.dueMs = dueMs;
    this.bytes += joined;
    this.cost += joined;
    return joined;
  }
  /** Takes the front part, due or not. */
  shift(nowMs: number): HeldPart<Head> | undefined {
    this.countHold(nowMs);
    const item = this.#held.shift();
    if (item === undefined) return undefined;
    const size = sizeOf(item.part);
    this.bytes -= size;
    this.cost -= size + COST_OF_PART;
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
    for (let item = this.#held.shift(); item !== undefined; item = this.#held.shift()) discard(item.part, this.#memory);
    this.bytes = 0;
    this.cost = 0;
  }
}

export const sizeOf = <Head>(part: Part<Head>): number => (part.kind === "data" ? part.bytes.length : 0);

/** Copies of lent bytes, in order: more than one where a slab has no room for all. */
export const copiesOf = (bytes: Uint8Array, memory: HeldMemory, waitMs: number): DataPart[] => {
  const copies: DataPart[] = [];
  for (let at = 0; at < bytes.length; ) {
    const store = memory.take(waitMs);
    const copy = store.append(bytes.subarray(at, at + store.room));
    copies.push({ kind: "data", bytes: copy, store });
    at += copy.length;
  }
  return copies;
};

/** Gives the memory of a part back that goes no further. */
export const discard = <Head>(part: Part<Head>, memory: HeldMemory): void => {
  if (part.kind === "data" && typeof part.store !== "string") memory.release(part.store);
};
