/**
 * Outbox: the last stop of a flow, with the parts that have passed every fault and wait only for a sink that takes no
 * more at the moment.
 */

import { owned, type Part, sizeOf } from "./fault-stage.ts";
import { Fifo } from "./fifo.ts";

export class Outbox<Head> {
  readonly #emit: (part: Part<Head>) => boolean;
  readonly #parts = new Fifo<Part<Head>>();
  #pumping = false;
  bytes = 0;
  /** True: the sink takes no more. */
  congested = false;

  /** `emit` hands a part to the sink; false: no more after this part. */
  constructor(emit: (part: Part<Head>) => boolean) {
    this.#emit = emit;
  }
  get empty(): boolean {
    return this.#parts.length === 0;
  }
  put(part: Part<Head>): void {
    if (!this.congested && this.empty) {
      if (!this.#emit(part)) this.congested = true;
      return;
    }
    this.#parts.push(owned(part));
    this.bytes += sizeOf(part);
  }
  /** The sink takes more. The sink may call `drained` from within `emit`, so the loop must not start twice. */
  drained(): void {
    this.congested = false;
    if (this.#pumping) return;
    this.#pumping = true;
    while (!this.congested && !this.empty) {
      const part = this.#parts.shift()!;
      this.bytes -= sizeOf(part);
      if (!this.#emit(part)) this.congested = true;
    }
    this.#pumping = false;
  }
  clear(): void {
    this.#parts.clear();
    this.bytes = 0;
  }
}
