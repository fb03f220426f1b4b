/**
 * Pending halt of everything, which was acknowledged and is not written down yet. The process keeps it over its terms: a server that
 * lost the lead with the database still has to tell the one that leads next.
 */
import type { GateHalt } from "../../store/gate.ts";

export class PendingHalt {
  #halted: GateHalt | null = null;

  /** null: nothing is owed. */
  get halted(): GateHalt | null {
    return this.#halted;
  }
  /** The first reason stands. */
  keep(halted: GateHalt): void {
    this.#halted ??= halted;
  }
  /** The halt is written down, was refused, or is released. */
  clear(): void {
    this.#halted = null;
  }
}
