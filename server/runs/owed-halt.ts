/**
 * A halt of everything that was acknowledged and is not written down yet. The process keeps it over its terms: a server that
 * lost the lead with the database still has to tell the one that leads next.
 */
import type { Halted } from "../store/gate.ts";

export class OwedHalt {
  #halted: Halted | null = null;

  /** null: nothing is owed. */
  get halted(): Halted | null {
    return this.#halted;
  }
  /** The first reason stands. */
  owe(halted: Halted): void {
    this.#halted ??= halted;
  }
  /** The halt is written down, was refused, or is released. */
  settle(): void {
    this.#halted = null;
  }
}
