/**
 * Pending halt of all runs, acknowledged but not yet written. The process keeps the halt across terms: a server that
 * lost the lead with the database still has to inform the next leader.
 */
import type { GateHalt } from "../../store/gate.ts";

export class PendingHalt {
  #halted: GateHalt | null = null;

  /** Halt that is still to be written; null: none. */
  get halted(): GateHalt | null {
    return this.#halted;
  }
  /** Keeps a halt; the first reason stands. */
  keep(halted: GateHalt): void {
    this.#halted ??= halted;
  }
  /** Clears the halt, which is written, was refused, or is released. */
  clear(): void {
    this.#halted = null;
  }
}
