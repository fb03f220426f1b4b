/** Hand-driven clock that moves only when told to; timers ring in the order of due times. */
import type { Alarm, Clock } from "../../server/clock.ts";

interface Ringing {
  readonly atMs: number;
  readonly order: number;
  readonly ring: () => void;
}
export class FakeClock implements Clock {
  #nowMs = 1_000;
  #order = 0;
  readonly #alarms = new Set<Ringing>();
  /** Offsets added to wall time and uptime, to make these clocks jump. */
  wallJumpMs = 0;
  uptimeJumpMs = 0;

  nowMs(): number {
    return this.#nowMs;
  }
  wallMs(): number {
    return 1_700_000_000_000 + this.#nowMs + this.wallJumpMs;
  }
  uptimeMs(): number {
    return 50_000 + this.#nowMs + this.uptimeJumpMs;
  }
  wake(atMs: number, ring: () => void): Alarm {
    if (Number.isNaN(atMs)) throw new RangeError("NaN");
    const ringing = { atMs, order: this.#order++, ring };
    if (atMs !== Number.POSITIVE_INFINITY) this.#alarms.add(ringing);
    return { cancel: () => void this.#alarms.delete(ringing) };
  }
  /** Advances the clock, ringing timers that fall due; promises settled by a timer have run when the call resolves. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#alarms]
        .filter(({ atMs }) => atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs || a.order - b.order);
      if (next === undefined) break;
      this.#alarms.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.ring();
    }
    this.#nowMs = untilMs;
    await settle();
  }
  /** Advances the clock without ringing timers, as when the event loop is blocked. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }
}
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};
