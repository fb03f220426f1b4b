/**
 * The agent's own stalls: stretches in which its loop did not turn, found by a beat of its own while something is ordered or
 * traffic passes.
 * Whatever it measured meanwhile was slow through the agent, not through what it measured (PROOF.md 4).
 */
import type { Alarm, Clock } from "../clock/clock.ts";
import type { Stall } from "../contract/messages.ts";
import type { CpuLimit } from "./cpu-limit.ts";

/** Each beat wakes the process: at 20 ms that took 2.4 of the 50 ms of CPU that `cpu: 50m` gives a second. */
const BEAT_MS = 40;
/** A beat that comes later than this was kept by a stall; schedulers alone are late by less. */
const LATE_MS = 50;
/**
 * Of a beat that its CPU limit kept, and no scheduler, less is a stall: eight turns of one exchange, each 40 ms late, are a
 * third of a second.
 */
const THROTTLED_LATE_MS = 10;
/**
 * A caller whose connection waited in the backlog of a stalled agent is accepted and read within so long after the stall;
 * when it came, the kernel does not tell.
 */
const BACKLOG_MS = 100;
/** Stalls told in each pulse: again and again, so that a lost pulse loses nothing. */
const RECENT = 20;
/** Stalls kept to be taken off the time of what they held up. */
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
  /** When the loop was last seen to turn; null: nobody looks. */
  #beatMs: number | null = null;
  #throttledMs: number | null = null;
  #alarm: Alarm | null = null;

  constructor(clock: Clock, cpu: CpuLimit) {
    this.#clock = clock;
    this.#cpu = cpu;
  }
  /** Looks while it matters, and costs nothing otherwise. Idempotent. */
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
  /** How much of [fromMs, toMs) the loop stood still; a stall that has just ended counts, though its beat has not come yet. */
  overlapMs(fromMs: number, toMs: number): number {
    const of = (a: number, b: number) => Math.max(0, Math.min(b, toMs) - Math.max(a, fromMs));
    const nowMs = this.#clock.nowMs();
    const isLate = this.#beatMs !== null && nowMs - this.#beatMs > BEAT_MS + LATE_MS;
    const pending = isLate ? of(this.#beatMs!, nowMs) : 0;
    return this.#all.reduce((sum, stall) => sum + of(stall.fromMs, stall.toMs), pending);
  }
  /** Whether a caller that seems to have come at `fromMs` and left at `toMs` may have waited in a stall. */
  mayHaveHeldUp(fromMs: number, toMs: number): boolean {
    return this.overlapMs(fromMs - BACKLOG_MS, toMs) > 0;
  }
  /** The last ones, as they are told in a pulse that is sent now. */
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
    // The count is a file of the kernel's: it is read only where there is a limit, and a delay that it may explain.
    if (!isLate && (lateMs <= THROTTLED_LATE_MS || this.#cpu.cpus === null)) return;
    const before = this.#throttledMs;
    this.#throttledMs = this.#cpu.throttledMs();
    // Summed over its threads, and since the count was last read: not longer than the stall itself.
    const throttledMs =
      before === null || this.#throttledMs === null ? null : Math.min(toMs - fromMs, this.#throttledMs - before);
    if (!isLate && (throttledMs ?? 0) <= THROTTLED_LATE_MS) return;
    // A limit keeps a process until a period begins, and timers come first then: before its rest it ran. Something else that
    // stood beside the limit has no such end.
    const isRest = throttledMs !== null && throttledMs >= lateMs;
    this.#all.push({ n: ++this.#last, fromMs: isRest ? toMs - throttledMs : fromMs, toMs, throttledMs });
    if (this.#all.length > KEPT) this.#all = this.#all.slice(-KEPT / 2);
  }
}
