/**
 * The lease: how long this agent may keep faults (SAFETY.md 1). A grant counts from the moment at which the pulse that
 * the grant echoes was SENT, never from the grant's receipt: the kernel can deliver the bytes of a dead server much
 * later. Code that decides about traffic asks `over(nowMs)`; the timer only tidies up.
 */
import type { Alarm, Clock } from "../clock/clock.ts";

/** Pulses whose sending time is kept; a grant on an older pulse is stale. */
const REMEMBERED = 16;

export class Lease {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  readonly #sentAtMs = new Map<number, number>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #alarm: Alarm | null = null;

  /** `onOver` is called after a grant has run out without another grant; late when the loop is late. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** End of the current grant, monotonic ms; -Infinity: no grant. */
  get untilMs(): number {
    return this.#untilMs;
  }
  over(nowMs: number): boolean {
    // Written so that NaN counts as over.
    return !(nowMs < this.#untilMs);
  }

  /** Starts a new session: grants on another session's pulses are not valid here. */
  forgetPulses(): void {
    this.#sentAtMs.clear();
  }
  /** Records the sending time of pulse `n`; to be called before the pulse is written. */
  sending(n: number): void {
    this.#sentAtMs.set(n, this.#clock.nowMs());
    this.#sentAtMs.delete(n - REMEMBERED);
  }
  /** Sending time of pulse `basis`; null: never sent, or forgotten as too old. */
  sentAtMs(basis: number): number | null {
    return this.#sentAtMs.get(basis) ?? null;
  }
  /** End of a grant on `basis`; null: the grant is already over. */
  endOf(basis: number, leaseMs: number): number | null {
    const endMs = (this.sentAtMs(basis) ?? Number.NEGATIVE_INFINITY) + leaseMs;
    return endMs > this.#clock.nowMs() ? endMs : null;
  }

  /** Starts the first grant of a new set: replaces the grant before, whether longer or shorter. */
  start(untilMs: number): void {
    this.#alarm?.cancel();
    this.#untilMs = untilMs;
    this.#arm();
  }
  /**
   * Extends the lease of the same set. A grant overtaken on the way shortens no lease. A lease that is over stays over.
   */
  extend(untilMs: number): void {
    if (this.over(this.#clock.nowMs()) || untilMs <= this.#untilMs) return;
    // The alarm keeps the old time: an alarm that rings before the new end is set again.
    this.#untilMs = untilMs;
  }
  end(): void {
    this.#alarm?.cancel();
    this.#alarm = null;
    this.#untilMs = Number.NEGATIVE_INFINITY;
  }

  #arm(): void {
    this.#alarm = this.#clock.wake(this.#untilMs, () => {
      if (this.over(this.#clock.nowMs())) this.#onOver();
      else this.#arm();
    });
  }
}
