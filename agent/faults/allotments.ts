/**
 * Allotments: this agent's part of each run's `limits.requests`, over all edges. A fault takes a unit on admission, and
 * gives the unit back if the exchange ends without a hit.
 */
import type { RunId } from "../../experiments/model/names.ts";

export class Allotments {
  #granted: Readonly<Record<RunId, number>> = {};
  readonly #taken = new Map<RunId, number>();

  /** Sets the caps of the runs in the desired state. Units already taken stay taken, over the whole run. */
  grant(allotments: Readonly<Record<RunId, number>>): void {
    this.#granted = allotments;
  }
  /** Takes a unit for a run. False: the run's allotment is used up. A run without an allotment is not capped. */
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
