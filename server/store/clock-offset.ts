/** How far this machine's clock is from the database's, which all servers of one database share. */
import type { Clock } from "../clock.ts";
import type { RateLimitedLog } from "../rate-limited-log.ts";

/** More than what a clock that is kept by NTP may be off, and less than what a schedule's minute forgives. */
export const MAX_CLOCK_OFFSET_MS = 2_000;
/** An answer that took longer says too little of when it was given. */
const LONGEST_ROUND_MS = 1_000;
/** Less is the network's doing: times that are told must not tremble with it. */
const LEAST_CHANGE_MS = 250;

export class ClockOffset {
  readonly #clock: Clock;
  readonly #sparse: RateLimitedLog;
  #offsetMs = 0;

  constructor(clock: Clock, sparse: RateLimitedLog) {
    this.#clock = clock;
    this.#sparse = sparse;
  }
  /** What to add to this machine's wall time to have the database's. */
  get ms(): number {
    return this.#offsetMs;
  }
  /** Asks the database something that it answers with its time. */
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
