/**
 * Outbox: the last stop of a flow, with the parts that have passed every fault and wait only for a sink that takes no
 * more at the moment, or for their turn of the release queue.
 */

import { Fifo } from "../held/fifo.ts";
import type { HeldMemory } from "../held/held-memory.ts";
import type { Slab } from "../held/slab.ts";
import { copiesOf, discard, type Part, sizeOf } from "./fault-stage.ts";

export class Outbox<Head> {
  readonly #emit: (part: Part<Head>) => boolean;
  readonly #memory: HeldMemory;
  readonly #parts = new Fifo<Part<Head>>();
  /** Slabs whose bytes the sink has not taken whole yet. */
  #lent: Slab[] = [];
  #pumping = false;
  #isClosed = false;
  bytes = 0;
  /** True: the sink takes no more. */
  congested = false;

  /** `emit` hands a part to the sink; false: no more after this part. */
  constructor(emit: (part: Part<Head>) => boolean, memory: HeldMemory) {
    this.#emit = emit;
    this.#memory = memory;
  }
  get empty(): boolean {
    return this.#parts.length === 0;
  }
  /** True: parts wait for nothing but their turn. */
  get isReady(): boolean {
    return !this.congested && !this.empty;
  }
  /** Sends a part, or queues the part behind others. */
  put(part: Part<Head>): void {
    if (!this.congested && this.empty) this.#send(part);
    else this.queue(part);
  }
  /** Queues a part behind the others, for `pump` or `drained`. */
  queue(part: Part<Head>): void {
    this.bytes += sizeOf(part);
    if (part.kind !== "data" || part.store !== "lent") this.#parts.push(part);
    else for (const copy of copiesOf(part.bytes, this.#memory, 0)) this.#parts.push(copy);
  }
  /** Sends queued parts until `most` bytes are sent. The sink may call this from within `emit`: no second loop starts. */
  pump(most: number): void {
    if (this.#pumping) return;
    this.#pumping = true;
    let sent = 0;
    try {
      while (this.isReady && sent < most) {
        const part = this.#first(most - sent);
        const size = sizeOf(part);
        this.bytes -= size;
        sent += size;
        this.#send(part);
      }
    } finally {
      this.#pumping = false;
    }
  }
  /** Takes the first part, or the first bytes of the part. */
  #first(most: number): Part<Head> {
    const part = this.#parts.shift()!;
    if (part.kind !== "data" || part.bytes.length <= most) return part;
    if (typeof part.store !== "string") this.#memory.share(part.store);
    this.#parts.putBack({ ...part, bytes: part.bytes.subarray(most) });
    return { ...part, bytes: part.bytes.subarray(0, most) };
  }
  /** The sink takes more. */
  drained(): void {
    this.congested = false;
    for (const slab of this.#lent) this.#memory.release(slab);
    this.#lent = [];
    this.pump(Number.POSITIVE_INFINITY);
  }
  /** Discards all parts, for good. */
  close(): void {
    this.#isClosed = true;
    for (let part = this.#parts.shift(); part !== undefined; part = this.#parts.shift()) discard(part, this.#memory);
    this.bytes = 0;
    // A write may go on behind the end of the flow.
    for (const slab of this.#lent) this.#memory.retire(slab);
    this.#lent = [];
  }

  #send(part: Part<Head>): void {
    const taken = this.#emit(part);
    if (!taken) this.congested = true;
    if (part.kind !== "data" || typeof part.store === "string") return;
    if (taken) this.#memory.release(part.store);
    else if (this.#isClosed) this.#memory.retire(part.store);
    else this.#lent.push(part.store);
  }
}
