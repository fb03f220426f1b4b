/**
 * Time slice for agents' messages, before all other work gets a turn of the loop. Reading a message of megabytes takes
 * tens of milliseconds, and so do hundreds of small messages; a few dozen connections could otherwise hold up health,
 * halts and pulses for seconds.
 */
import type { Clock } from "../../clock.ts";
import { yieldToEventLoop } from "../../yield-to-event-loop.ts";

const SLICE_MS = 10;

export class TimeSlice {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  #spentMs = 0;
  #isTurning = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  /** True when a message can be handled at once: no message waits, and this turn has time left. */
  get isOpen(): boolean {
    return this.#waiting.length === 0 && this.#spentMs < SLICE_MS;
  }
  /** Handles a message at once. `hear` does not throw. */
  now(hear: () => void): void {
    const startedMs = this.#clock.nowMs();
    hear();
    this.#spentMs += this.#clock.nowMs() - startedMs;
    if (!this.#isTurning) this.#turn().catch(() => {});
  }
  /** Handles a message in a later turn, after all messages that wait already. */
  later(hear: () => void): void {
    this.#waiting.push(hear);
    if (!this.#isTurning) this.#turn().catch(() => {});
  }
  /** Never rejects: `hear` does not throw. */
  async #turn(): Promise<void> {
    this.#isTurning = true;
    do {
      await yieldToEventLoop();
      this.#spentMs = 0;
      while (this.#spentMs < SLICE_MS && this.#waiting.length > 0) this.now(this.#waiting.shift()!);
    } while (this.#waiting.length > 0 || this.#spentMs > 0);
    this.#isTurning = false;
  }
}
