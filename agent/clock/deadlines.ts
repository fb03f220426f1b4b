/**
 * Deadlines of many things that last equally long, behind one timer: nearly all of them are withdrawn in time, and a timer of
 * each costs more than all else that is done for it.
 */
import type { Alarm, Clock } from "./clock.ts";

/** A ring that comes later than this was kept by a stall of the process. */
const LATE_MS = 50;
const BEHIND_BUFFERS_MS = 20;

export class Deadlines<T> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #missed: (item: T) => void;
  /** In the order of their deadlines. */
  readonly #waiting = new Map<T, number>();
  #alarm: Alarm | null = null;
  /** The ring is the second one after a stall. */
  #isBehind = false;

  /** `missed` is called with what was not withdrawn within `afterMs`. */
  constructor(clock: Clock, afterMs: number, missed: (item: T) => void) {
    this.#clock = clock;
    this.#afterMs = afterMs;
    this.#missed = missed;
  }
  add(item: T): void {
    this.#waiting.set(item, this.#clock.nowMs() + this.#afterMs);
    this.#arm();
  }
  withdraw(item: T): void {
    this.#waiting.delete(item);
  }
  /** Nothing is waited for any more. */
  close(): void {
    this.#waiting.clear();
    this.#alarm?.cancel();
    this.#alarm = null;
  }

  /** An alarm that rings for a withdrawn deadline is set again, for the next deadline. */
  #arm(): void {
    if (this.#alarm !== null) return;
    const [next] = this.#waiting.values();
    if (next !== undefined) this.#alarm = this.#clock.wake(next, () => this.#ring());
  }
  #ring(): void {
    const nowMs = this.#clock.nowMs();
    const [dueMs] = this.#waiting.values();
    // After a stall of the process, what would withdraw a deadline waits to be read: timers ring before that.
    const isLate = dueMs !== undefined && nowMs - dueMs > LATE_MS;
    if (isLate && !this.#isBehind) {
      this.#isBehind = true;
      this.#alarm = this.#clock.wake(nowMs + BEHIND_BUFFERS_MS, () => this.#ring());
      return;
    }
    this.#isBehind = false;
    this.#alarm = null;
    for (const [item, atMs] of this.#waiting) {
      if (atMs > nowMs) break;
      this.#waiting.delete(item);
      this.#missed(item);
    }
    this.#arm();
  }
}
