/**
 * Traffic of an edge while the process ends: faults are dropped at once, and exchanges under way or begun later pass
 * without them. A server must not take such exchanges for treated traffic.
 */

import type { FaultCount } from "./receipt-counts.ts";

/** Counts of an edge that the end is measured by. */
export interface EndingMeter {
  /** Exchanges begun since the start. */
  readonly begun: number;
  /** Exchanges under way. */
  readonly open: number;
}

export class EndingTraffic {
  readonly #meter: EndingMeter;
  readonly #begun: number;
  readonly #open: number;
  readonly #counts: readonly { readonly count: FaultCount; readonly escaped: number }[];

  /** `counts`: those of the faults that are live at this moment. */
  constructor(counts: readonly FaultCount[], meter: EndingMeter) {
    this.#meter = meter;
    this.#begun = meter.begun;
    this.#open = meter.open;
    this.#counts = counts.map((count) => ({ count, escaped: count.escaped }));
  }
  /** Counts the exchanges so far as escaped. Idempotent. */
  count(): void {
    const passed = this.#open + this.#meter.begun - this.#begun;
    for (const { count, escaped } of this.#counts) count.escaped = escaped + passed;
  }
}
