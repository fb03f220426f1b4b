/** Phase timeline: maps a moment to its phase. A sample counts by its intended send, not by its answer. */
import type { Phase } from "../../experiments/model/phase.ts";
import type { Interval } from "../../experiments/model/verdict/counting.ts";

/** Phase timeline: maps a moment to its phase. A sample counts by its intended send, not by its answer. */

interface PhaseChange {
  readonly fromMs: number;
  readonly phase: Phase | null;
  readonly windows: readonly Interval[];
}
/** No windows of its own: the whole phase counts. */
const ALWAYS: readonly Interval[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];
/** An unbroken time of one phase. */
export interface PhaseInterval {
  readonly phase: Phase;
  readonly fromMs: number;
}
export class PhaseTimeline {
  readonly #changes: PhaseChange[] = [];

  /** `windows`: times of the phase that count; default: all of it. */
  observe(phase: Phase | null, fromMs: number, windows: readonly Interval[] = ALWAYS): void {
    this.#changes.push({ fromMs, phase, windows });
  }
  /** The stretch of one phase that a moment lies in; null: samples of that moment count nowhere. */
  at(ms: number): PhaseInterval | null {
    const change = this.#changes.findLast(({ fromMs }) => fromMs <= ms);
    if (change === undefined || change.phase === null) return null;
    const window = change.windows.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
    return window === undefined ? null : { phase: change.phase, fromMs: Math.max(change.fromMs, window.fromMs) };
  }
}
