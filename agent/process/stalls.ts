/**
 * The agent's own stalls: intervals in which the event loop did not turn, found by a regular beat while an order is
 * held or traffic passes. Measurements during a stall were slowed by the agent, not by the measured service
 * (PROOF.md 4).
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Stall } from "../contract/messages.ts";
import type { CpuLimit } from "./cpu-limit.ts";

/**
 * Interval of beats. Each beat wakes the process: at 20 ms that took 2.4 of the 50 ms of CPU that `cpu: 50m` gives a
 * second.
 */
const BEAT_MS = 40;
/** Lateness of a beat that shows a stall; schedulers alone are late by less. */
const LATE_MS = 50;
/**
 * Lateness of a beat that counts as a stall when the CPU limit, and not a scheduler, held the beat back. Lower than
 * `LATE_MS`: eight turns of one exchange, each 40 ms late, are a third of a second.
 */
const THROTTLED_LATE_MS = 10;
/**
 * Time after a stall within which a caller from the stalled agent's backlog is accepted and read. The kernel does not
 * tell when the connection came.
 */
const BACKLOG_MS = 100;
/** Stalls reported in each pulse: repeated, so that a lost pulse loses no stall. */
const RECENT = 20;
/** Stalls kept, to be subtracted from the time of the exchanges held up. */
const KEPT = 1_000;

interface StallInterval {
  readonly n: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly throttledMs: number | null;
}

export class Stalls {
  readonly #clock: Clock;
  readonly #cpu: CpuLimit;
  #all: StallInterval[] = [];
  #last = 0;
  /** Time at which the loop was last seen to turn; null: no watching. */
  #beatMs: number | null = null;
  #throttledMs: number | null = null;
  #alarm: Alarm | null = null;

  constructor(clock: Clock, cpu: CpuLimit) {
    this.#clock = clock;
    this.#cpu = cpu;
  }
  /** Watches for stalls while `matters`, and otherwise costs no time. Idempotent. */
  watch(matters: boolean): void {
    if (!matters) {
      this.#alarm?.cancel();
      this.#alarm = null;
      this.#beatMs = null;
    } else if (this.#beatMs === null) {
      this.#throttledMs = this.#cpu.throttledMs();
      this.#beat();
    }
  }
  /**
   * Part of [fromMs, toMs) in which the loop stood still; a stall that has just ended counts even before the next beat.
   */
  overlapMs(fromMs: number, toMs: number): number {
    const of = (a: number, b: number) => Math.max(0, Math.min(b, toMs) - Math.max(a, fromMs));
    const nowMs = this.#clock.nowMs();
    const isLate = this.#beatMs !== null && nowMs - this.#beatMs > BEAT_MS + LATE_MS;
    const pending = isLate ? of(this.#beatMs!, nowMs) : 0;
    return this.#all.reduce((sum, stall) => sum + of(stall.fromMs, stall.toMs), pending);
  }
  /** True when a caller that seems to have come at `fromMs` and left at `toMs` may have waited in a stall. */
  mayHaveHeldUp(fromMs: number, toMs: number): boolean {
    return this.overlapMs(fromMs - BACKLOG_MS, toMs) > 0;
  }
  /** The last stalls, as reported in a pulse sent now. */
  recent(nowMs: number): readonly Stall[] {
    return this.#all.slice(-RECENT).map(({ n, fromMs, toMs, throttledMs }) => ({
      ...{ n, agoMs: Math.max(0, nowMs - toMs), lengthMs: toMs - fromMs },
      ...(throttledMs !== null && { throttledMs }),
    }));
  }

  #beat(): void {
    const nowMs = this.#clock.nowMs();
    if (this.#beatMs !== null) this.#look(this.#beatMs, nowMs);
    this.#beatMs = nowMs;
    this.#alarm = this.#clock.wake(nowMs + BEAT_MS, () => this.#beat());
  }
  #look(fromMs: number, toMs: number): void {
    const lateMs = toMs - fromMs - BEAT_MS;
    const isLate = lateMs > LATE_MS;
    // The count is a kernel file: read only where there is a limit, and a delay that the limit may explain.
    if (!isLate && (lateMs <= THROTTLED_LATE_MS || this.#cpu.cpus === null)) return;
    const before = this.#throttledMs;
    this.#throttledMs = this.#cpu.throttledMs();
    // The count sums all threads, and the time since the last reading: never take more than the stall itself.
    const throttledMs =
      before === null || this.#throttledMs === null ? null : Math.min(toMs - fromMs, this.#throttledMs - before);
    if (!isLate && (throttledMs ?? 0) <= THROTTLED_LATE_MS) return;
    // A limit stops a process until a period begins, and timers ring first then: the process ran before that rest.
    // Another cause of delay beside the limit has no such end.
    const isRest = throttledMs !== null && throttledMs >= lateMs;
    this.#all.push({ n: ++this.#last, fromMs: isRest ? toMs - throttledMs : fromMs, toMs, throttledMs });
    if (this.#all.length > KEPT) this.#all = this.#all.slice(-KEPT / 2);
  }
}
