/** Sliding window of an edge's latencies over the last seconds: a ring of cells, and the running sum of the ring. */
import { addCells, CELLS, type LatencyCells, quantileMs } from "./latency-cells.ts";

/** Five whole seconds, and the second being reported. */
const SLOTS = 6;

export class LatencyWindow {
  readonly #slots = Array.from({ length: SLOTS }, () => new Uint32Array(CELLS));
  readonly #sum = new Uint32Array(CELLS);
  #head = -1;

  #forget(second: number): void {
    const slot = this.#slots[second % SLOTS]!;
    for (let cell = 0; cell < CELLS; cell++) this.#sum[cell]! -= slot[cell]!;
    slot.fill(0);
  }
  /** Advances to this second, and forgets seconds older than the ring's length. */
  advance(second: number): void {
    for (let next = Math.max(this.#head + 1, second - SLOTS + 1); next <= second; next++) this.#forget(next);
    this.#head = Math.max(this.#head, second);
  }
  add(second: number, counts: LatencyCells): void {
    this.advance(second);
    if (second <= this.#head - SLOTS) return;
    addCells(this.#slots[second % SLOTS]!, counts);
    addCells(this.#sum, counts);
  }
  /** Latency over the last seconds; null: no report. */
  quantileMs(share: number): number | null {
    return quantileMs(this.#sum, share);
  }
  quantileMsIn(second: number, share: number): number | null {
    return second > this.#head - SLOTS && second <= this.#head ? quantileMs(this.#slots[second % SLOTS]!, share) : null;
  }
}
