/** A clock that tests move by hand. */
import type { Clock } from "../../agent/clock/clock.ts";

export class HandClock implements Clock {
  #nowMs = 0;
  readonly #alarms = new Set<{ readonly atMs: number; readonly ring: () => void }>();

  nowMs(): number {
    return this.#nowMs;
  }
  wake(atMs: number, ring: () => void) {
    const alarm = { atMs, ring };
    this.#alarms.add(alarm);
    return { cancel: () => this.#alarms.delete(alarm) };
  }
  ringDue(): void {}
  /** Advances the time; every alarm rings when due. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let due = this.#next(untilMs); due !== undefined; due = this.#next(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      this.#alarms.delete(due);
      due.ring();
    }
    this.#nowMs = untilMs;
  }
  /**
   * Advances the time without ringing: the loop is blocked, the process stopped. Due alarms ring with the next
   * `advance`.
   */
  stall(ms: number): void {
    this.#nowMs += ms;
  }
  /** Alarms that have not rung. */
  get waiting(): number {
    return this.#alarms.size;
  }
  #next(untilMs: number) {
    return [...this.#alarms].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
