/** Offset between this machine's clock and the database's, which all servers of a database share. */
import type { Clock } from "../clock.ts";
import type { RateLimitedLog } from "../rate-limited-log.ts";

/**
 * Largest accepted offset: more than an NTP-synchronized clock may be off, and less than a schedule's minute forgives.
 */
export const MAX_CLOCK_OFFSET_MS = 2_000;
/** Longest accepted round trip: a slower answer does not tell when the database read the clock. */
const LONGEST_ROUND_MS = 1_000;
/**
 * Smallest change of offset that counts: less is the network's doing, and reported times must not jitter with the
 * network.
 */
const LEAST_CHANGE_MS = 250;

export class ClockOffset {
  readonly #clock: Clock;
  readonly #sparse: RateLimitedLog;
  #offsetMs = 0;

  constructor(clock: Clock, sparse: RateLimitedLog) {
    this.#clock = clock;
    this.#sparse = sparse;
  }
  /** Milliseconds to add to this machine's wall time to get the database's. */
  get ms(): number {
    return this.#offsetMs;
  }
  /** Measures the offset with a query whose answer carries the database's time. */
  async measure<T>(ask: () => Promise<T>, databaseMsOf: (answer: T) => number | null): Promise<T> {
    const askedMs = this.#clock.nowMs();
    const answer = await ask();
    const roundMs = this.#clock.nowMs() - askedMs;
    const databaseMs = databaseMsOf(answer);
    if (databaseMs !== null && roundMs <= LONGEST_ROUND_MS)
      this.#heard(databaseMs - (this.#clock.wallMs() - roundMs / 2));
    return answer;
  }
  #heard(offsetMs: number): void {
    if (Math.abs(offsetMs - this.#offsetMs) >= LEAST_CHANGE_MS) this.#offsetMs = Math.round(offsetMs);
    if (Math.abs(this.#offsetMs) <= MAX_CLOCK_OFFSET_MS) return;
    const [by, side] = [Math.abs(this.#offsetMs) / 1_000, this.#offsetMs > 0 ? "behind" : "ahead of"];
    this.#sparse.warn(
      "the clock",
      `this machine's clock is ${by.toFixed(1)} s ${side} the database's, by which schedules go: set it by NTP`,
      { offsetMs: this.#offsetMs },
    );
  }
}
