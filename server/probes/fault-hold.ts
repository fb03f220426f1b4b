/**
 * Fault hold: how much of a sample's time a fault takes by itself. A stall of an agent meanwhile costs the look nothing, but only where the
 * look meets the fault: a graph tells that it can, and a connection without requests has no mark. So the latencies have to show
 * it: none was answered while the fault acted, and quicker than the fault alone allows, and some were before it.
 */
import type { Phase } from "../../experiments/model/phase.ts";

/** Looks that have to be known before their latencies show anything. */
const LEAST_LOOKS = 10;
/** Timers may ring a little early, and clocks of two processes are compared. */
const EARLY_MS = 5;
/** An agent ends a fault by itself at the planned end, by its own clock, and its server hears and says so a little later. */
const END_MS = 100;

export class FaultHold {
  readonly #leastMs: number;
  /** Latency that a look has which meets the fault to its end, and is not given up before. */
  readonly #shownMs: number;
  /** Server clock; Infinity: the fault acts. */
  #endMs = Number.POSITIVE_INFINITY;
  #looks = 0;
  /** When the first of those was answered that were quicker; server clock. */
  #quickAnsweredMs = Number.POSITIVE_INFINITY;
  #wasQuickBefore = false;

  /** `leastMs`: by which faults make each look late that meets them; Infinity: it is not answered. 0: nothing is known. */
  constructor(leastMs: number, timeoutMs: number) {
    this.#leastMs = leastMs;
    this.#shownMs = Math.min(leastMs, timeoutMs) - EARLY_MS;
  }
  /** Server clock: `during` begins, or ends: then faults let go of what they hold. */
  observe(phase: Phase | null, fromMs: number): void {
    if (phase === "during") this.#endMs = Number.POSITIVE_INFINITY;
    else this.#endMs = Math.min(this.#endMs, fromMs);
  }
  /** A look of the phase was answered, or given up. */
  record(phase: Phase, sentMs: number, latencyMs: number): void {
    const isQuick = latencyMs < this.#shownMs;
    if (phase === "baseline") this.#wasQuickBefore ||= isQuick;
    if (phase !== "during") return;
    this.#looks++;
    if (isQuick) this.#quickAnsweredMs = Math.min(this.#quickAnsweredMs, sentMs + latencyMs);
  }
  /** Ms of a look that a fault takes of it whatever agents do; 0: not known to meet one. */
  holdMs(phase: Phase, sentMs: number): number {
    if (phase !== "during" || this.#leastMs === 0) return 0;
    const isMet = this.#quickAnsweredMs >= this.#endMs - END_MS && this.#wasQuickBefore;
    const endMs = Math.min(this.#endMs, this.#quickAnsweredMs);
    return isMet && this.#looks >= LEAST_LOOKS ? Math.min(this.#leastMs, endMs - sentMs) : 0;
  }
}
