/**
 * A halt of everything that was acknowledged and is not written down yet. The process keeps it over its terms: a server that
 * lost the lead with the database still has to tell the one that leads next.
 */
import type { GateHalt } from "../store/gate.ts";

export class OwedHalt {
  #halted: GateHalt | null = null;

  /** null: nothing is owed. */
  get halted(): GateHalt | null {
    return this.#halted;
  }
  /** The first reason stands. */
  owe(halted: GateHalt): void {
    this.#halted ??= halted;
  }
  /** The halt is written down, was refused, or is released. */
  settle(): void {
    this.#halted = null;
  }
}
