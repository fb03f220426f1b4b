/** Phase timeline: maps a moment to a phase. A sample counts by the intended send, not by the answer. */
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { Interval } from "../../experiments/model/plan/counting.ts";

interface PhaseChange {
  readonly fromMs: number;
  readonly phase: Phase | null;
  readonly windows: readonly Interval[];
}
/** Default windows: the whole phase counts. */
const ALWAYS: readonly Interval[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];
/** An unbroken time of a phase. */
export interface PhaseInterval {
  readonly phase: Phase;
  readonly fromMs: number;
}
export class PhaseTimeline {
  readonly #changes: PhaseChange[] = [];

  /** Adds a change of phase. `windows`: times of the phase that count; default: all of the phase. */
  observe(phase: Phase | null, fromMs: number, windows: readonly Interval[] = ALWAYS): void {
    this.#changes.push({ fromMs, phase, windows });
  }
  /** Interval of a phase that a moment lies in; null: samples of that moment do not count. */
  at(ms: number): PhaseInterval | null {
    const change = this.#changes.findLast(({ fromMs }) => fromMs <= ms);
    if (change === undefined || change.phase === null) return null;
    const window = change.windows.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
    return window === undefined ? null : { phase: change.phase, fromMs: Math.max(change.fromMs, window.fromMs) };
  }
}
