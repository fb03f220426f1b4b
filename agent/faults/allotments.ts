/** This agent's part of each run's `limits.requests`, over all its edges: taken when a fault strikes, given back when nothing came of it. */
import type { RunId } from "../../experiments/model/names.ts";

export class Allotments {
  #granted: Readonly<Record<RunId, number>> = {};
  readonly #taken = new Map<RunId, number>();

  /** The caps of the runs that are wished now. What was taken stays taken, over the whole run. */
  grant(allotments: Readonly<Record<RunId, number>>): void {
    this.#granted = allotments;
  }
  /** False: the run has used up its part. A run without an allotment is not capped. */
  take(run: RunId): boolean {
    const taken = this.#taken.get(run) ?? 0;
    if (taken >= (this.#granted[run] ?? Number.POSITIVE_INFINITY)) return false;
    this.#taken.set(run, taken + 1);
    return true;
  }
  giveBack(run: RunId): void {
    this.#taken.set(run, Math.max(0, (this.#taken.get(run) ?? 0) - 1));
  }
}
