/**
 * Token bucket: a rate with a burst, as one number: the time at which everything claimed so far has been paid for (generic cell rate
 * algorithm, ITU-T I.371). Credit for an idle past is bounded by the burst.
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
  /** Takes so much out, whatever there is; answers when it may be used: `nowMs` or later. */
  claim(amount: number, nowMs: number): number {
    this.#paidAtMs = this.#after(amount, nowMs);
    return Math.max(nowMs, this.#paidAtMs);
  }
  /** Takes so much out if it is there. */
  take(amount: number, nowMs: number): boolean {
    const paidAtMs = this.#after(amount, nowMs);
    // A nanosecond of grace for sums of fractions.
    if (paidAtMs > nowMs + 1e-6) return false;
    this.#paidAtMs = paidAtMs;
    return true;
  }
  #after(amount: number, nowMs: number): number {
    return Math.max(this.#paidAtMs, nowMs - this.#burstMs) + amount / this.#perMs;
  }
}
