/** Which phase a moment belongs to: looks are counted by when they were meant to be sent, not by when they are known. */
import type { Phase } from "../../experiments/model/experiment.ts";

interface Mark {
  readonly fromMs: number;
  readonly phase: Phase | null;
}
/** An unbroken time of one phase. */
export interface Stretch {
  readonly phase: Phase;
  readonly fromMs: number;
}
export class Phases {
  readonly #marks: Mark[] = [];

  observe(phase: Phase | null, fromMs: number): void {
    this.#marks.push({ fromMs, phase });
  }
  /** The stretch of one phase that a moment lies in; null: samples of that moment count nowhere. */
  at(ms: number): Stretch | null {
    const mark = this.#marks.findLast(({ fromMs }) => fromMs <= ms);
    return mark === undefined || mark.phase === null ? null : { phase: mark.phase, fromMs: mark.fromMs };
  }
}
