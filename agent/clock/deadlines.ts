/**
 * Deadlines of many items that last equally long, behind one timer: nearly all deadlines are withdrawn in time, and a
 * timer for each item costs more than all other work on that item.
 */
import type { Alarm, Clock } from "./clock.ts";

/** Lateness of a ring that shows a stall of the process. */
const LATE_MS = 50;
const BEHIND_BUFFERS_MS = 20;

export class Deadlines<T> {
  readonly #clock: Clock;
  readonly #afterMs: number;
  readonly #missed: (item: T) => void;
  /** Items in deadline order, with the deadline in ms. */
  readonly #waiting = new Map<T, number>();
  #alarm: Alarm | null = null;
  /** True while the next ring is the second ring after a stall. */
  #isBehind = false;

  /** `missed` is called with each item that was not withdrawn within `afterMs`. */
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
  /** Drops every deadline and stops the timer. */
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
    // After a process stall, the bytes that would withdraw a deadline still wait to be read: timers ring before reads.
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
