/**
 * The lease: how long this agent may keep the faults it holds (SAFETY.md 1). A grant counts from when the pulse that it
 * echoes was SENT, never from when it was received: the kernel can deliver the bytes of a dead server much later.
 * Whoever decides about traffic asks `over(nowMs)`; the timer only tidies up.
 */
import type { Alarm, Clock } from "../clock/clock.ts";

/** Pulses whose sending time is kept; a grant on an older one is stale. */
const REMEMBERED = 16;

export class Lease {
  readonly #clock: Clock;
  readonly #onOver: () => void;
  readonly #sentAtMs = new Map<number, number>();
  #untilMs = Number.NEGATIVE_INFINITY;
  #alarm: Alarm | null = null;

  /** `onOver` rings after a grant has run out without another; late when the loop is late. */
  constructor(clock: Clock, onOver: () => void) {
    this.#clock = clock;
    this.#onOver = onOver;
  }

  /** When the current grant ends, monotonic ms; -Infinity: there is none. */
  get untilMs(): number {
    return this.#untilMs;
  }
  over(nowMs: number): boolean {
    // Written so that NaN counts as over.
    return !(nowMs < this.#untilMs);
  }

  /** A new session: pulses of another one grant nothing here. */
  forgetPulses(): void {
    this.#sentAtMs.clear();
  }
  /** To be called before pulse `n` is written. */
  sending(n: number): void {
    this.#sentAtMs.set(n, this.#clock.nowMs());
    this.#sentAtMs.delete(n - REMEMBERED);
  }
  /** When pulse `basis` was sent; null: never, or too long ago. */
  sentAtMs(basis: number): number | null {
    return this.#sentAtMs.get(basis) ?? null;
  }
  /** When a grant on `basis` would end; null: it is already over. */
  endOf(basis: number, leaseMs: number): number | null {
    const endMs = (this.sentAtMs(basis) ?? Number.NEGATIVE_INFINITY) + leaseMs;
    return endMs > this.#clock.nowMs() ? endMs : null;
  }

  /** The first grant of a new set: replaces the one before, be it longer or shorter. */
  start(untilMs: number): void {
    this.#alarm?.cancel();
    this.#untilMs = untilMs;
    this.#arm();
  }
  /** Another grant of the same set. One that was overtaken on its way shortens nothing. One that is over stays over. */
  extend(untilMs: number): void {
    if (this.over(this.#clock.nowMs()) || untilMs <= this.#untilMs) return;
    // The alarm stays where it is: it rings early, sees that it is early, and is set again.
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
