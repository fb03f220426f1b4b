/**
 * Exchange history of an edge, second by second: rings of numbers, so that an edge costs the same whatever the traffic.
 */

/** Length of the history: the longest window of a ratio probe, ten minutes. */
export const HISTORY_SECONDS = 600;

export interface ExchangeCounts {
  readonly exchanges: number;
  /** Exchanges without an answer, or with a 5xx answer. */
  readonly failed: number;
  /** Exchanges without any answer. */
  readonly unanswered: number;
  /** Part of `unanswered` that the callers gave up. */
  readonly cancelled: number;
  /** Exchanges that a fault acted on. */
  readonly treated: number;
}
export interface ExchangeSums extends ExchangeCounts {
  /** Number of seconds for which an agent reported. */
  readonly seconds: number;
}
const COLUMNS = ["exchanges", "failed", "unanswered", "cancelled", "treated"] as const;

export class ExchangeHistory {
  readonly #columns = COLUMNS.map(() => new Uint32Array(HISTORY_SECONDS));
  readonly #reported = new Uint8Array(HISTORY_SECONDS);
  readonly #p50Ms = new Float32Array(HISTORY_SECONDS);
  readonly #p99Ms = new Float32Array(HISTORY_SECONDS);
  /** Newest second; seconds further back than the ring's length are gone. */
  #head = -1;

  /** Advances to a second; false: the second is too old to be kept. */
  #reach(second: number): boolean {
    if (second <= this.#head - HISTORY_SECONDS) return false;
    // After a long silence the whole ring is cleared, but only once.
    for (let next = Math.max(this.#head + 1, second - HISTORY_SECONDS + 1); next <= second; next++) {
      const at = next % HISTORY_SECONDS;
      for (const column of this.#columns) column[at] = 0;
      this.#reported[at] = 0;
      this.#p50Ms[at] = Number.NaN;
      this.#p99Ms[at] = Number.NaN;
    }
    this.#head = Math.max(this.#head, second);
    return true;
  }
  #has(second: number): boolean {
    return (
      second <= this.#head && second > this.#head - HISTORY_SECONDS && this.#reported[second % HISTORY_SECONDS] === 1
    );
  }

  add(second: number, counts: ExchangeCounts): void {
    if (!this.#reach(second)) return;
    const at = second % HISTORY_SECONDS;
    for (let i = 0; i < COLUMNS.length; i++) this.#columns[i]![at]! += counts[COLUMNS[i]!];
    this.#reported[at] = 1;
  }
  /** Sets the latencies of a second, over all reports so far. */
  setLatencies(second: number, p50Ms: number | null, p99Ms: number | null): void {
    if (!this.#has(second)) return;
    this.#p50Ms[second % HISTORY_SECONDS] = p50Ms ?? Number.NaN;
    this.#p99Ms[second % HISTORY_SECONDS] = p99Ms ?? Number.NaN;
  }

  /** Sums from `from` to `to`, both inclusive. */
  sum(from: number, to: number): ExchangeSums {
    const sums = COLUMNS.map(() => 0);
    let seconds = 0;
    for (let second = from; second <= to; second++) {
      if (!this.#has(second)) continue;
      seconds++;
      for (let i = 0; i < sums.length; i++) sums[i]! += this.#columns[i]![second % HISTORY_SECONDS]!;
    }
    const [exchanges, failed, unanswered, cancelled, treated] = sums as [number, number, number, number, number];
    return { exchanges, failed, unanswered, cancelled, treated, seconds };
  }
  /** Counts of a second; null: no agent reported that second. */
  at(second: number): (ExchangeCounts & { readonly p50Ms: number | null; readonly p99Ms: number | null }) | null {
    if (!this.#has(second)) return null;
    const { seconds: _, ...counts } = this.sum(second, second);
    return { ...counts, p50Ms: known(this.#p50Ms, second), p99Ms: known(this.#p99Ms, second) };
  }
}
const known = (column: Float32Array, second: number): number | null => {
  const value = column[second % HISTORY_SECONDS]!;
  return Number.isNaN(value) ? null : value;
};
