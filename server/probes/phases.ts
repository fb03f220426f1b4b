/** Which phase a moment belongs to: looks are counted by when they were meant to be sent, not by when they are known. */

import type { Phase } from "../../experiments/model/phase.ts";
import type { Interval } from "../../experiments/model/verdict/counting.ts";

interface Mark {
  readonly fromMs: number;
  readonly phase: Phase | null;
  readonly windows: readonly Interval[];
}
/** No windows of its own: the whole phase counts. */
const ALWAYS: readonly Interval[] = [{ fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }];
/** An unbroken time of one phase. */
export interface Stretch {
  readonly phase: Phase;
  readonly fromMs: number;
}
export class Phases {
  readonly #marks: Mark[] = [];

  /** `windows`: times of the phase that count; default: all of it. */
  observe(phase: Phase | null, fromMs: number, windows: readonly Interval[] = ALWAYS): void {
    this.#marks.push({ fromMs, phase, windows });
  }
  /** The stretch of one phase that a moment lies in; null: samples of that moment count nowhere. */
  at(ms: number): Stretch | null {
    const mark = this.#marks.findLast(({ fromMs }) => fromMs <= ms);
    if (mark === undefined || mark.phase === null) return null;
    const window = mark.windows.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
    return window === undefined ? null : { phase: mark.phase, fromMs: Math.max(mark.fromMs, window.fromMs) };
  }
}
