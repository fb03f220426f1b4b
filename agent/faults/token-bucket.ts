/**
 * Token bucket: a rate with a burst, kept as a single number: the time at which all claims so far are paid for (generic
 * cell rate algorithm, ITU-T I.371). Credit for past idle time is bounded by the burst.
 */
export class TokenBucket {
  readonly #perMs: number;
  readonly #burstMs: number;
  #paidAtMs = Number.NEGATIVE_INFINITY;

  /** `perSecond` above 0; `burst` in the same units. */
  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1_000;
    this.#burstMs = burst / this.#perMs;
  }
  /** Claims an amount, however little is left; returns the time from which the amount may be used: `nowMs` or later. */
  claim(amount: number, nowMs: number): number {
    this.#paidAtMs = this.#after(amount, nowMs);
    return Math.max(nowMs, this.#paidAtMs);
  }
  /** Takes an amount if the bucket holds enough. */
  take(amount: number, nowMs: number): boolean {
    const paidAtMs = this.#after(amount, nowMs);
    // A nanosecond of grace for rounding in sums of fractions.
    if (paidAtMs > nowMs + 1e-6) return false;
    this.#paidAtMs = paidAtMs;
    return true;
  }
  #after(amount: number, nowMs: number): number {
    return Math.max(this.#paidAtMs, nowMs - this.#burstMs) + amount / this.#perMs;
  }
}
