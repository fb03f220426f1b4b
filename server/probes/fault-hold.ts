/**
 * Fault hold: the part of a sample's time that a fault takes by itself. A stall of an agent meanwhile costs the sample
 * no extra time, but only if the sample meets the fault. The graph shows only that a sample may meet the fault, and a
 * connection without requests has no mark, so the latencies have to prove the encounter: no sample was answered faster
 * than the fault allows while the fault acted, and some samples were that fast before.
 */
import type { Phase } from "../../experiments/model/experiment/phase.ts";

/** Samples that must be known before latencies prove the encounter. */
const LEAST_LOOKS = 10;
/** Tolerance of latencies: timers may ring a little early, and clocks of two processes are compared. */
const EARLY_MS = 5;
/**
 * Tolerance at the fault's end: an agent ends a fault at the planned end by the agent's own clock, and the server hears
 * and reports the end a little later.
 */
const END_MS = 100;

export class FaultHold {
  readonly #leastMs: number;
  /** Latency of a sample that meets the fault to the end, and is not given up before. */
  readonly #shownMs: number;
  /** End of the fault, server clock; Infinity: the fault acts. */
  #endMs = Number.POSITIVE_INFINITY;
  #looks = 0;
  /** Answer time of the first sample that was faster than the fault allows; server clock. */
  #quickAnsweredMs = Number.POSITIVE_INFINITY;
  #wasQuickBefore = false;

  /**
   * `leastMs`: least delay that the faults add to each sample hit; Infinity: such a sample is never answered. 0:
   * unknown.
   */
  constructor(leastMs: number, timeoutMs: number) {
    this.#leastMs = leastMs;
    this.#shownMs = Math.min(leastMs, timeoutMs) - EARLY_MS;
  }
  /** Observes the begin or the end of `during` (server clock); at the end faults release the held exchanges. */
  observe(phase: Phase | null, fromMs: number): void {
    if (phase === "during") this.#endMs = Number.POSITIVE_INFINITY;
    else this.#endMs = Math.min(this.#endMs, fromMs);
  }
  /** Records a sample of the phase that was answered, or given up. */
  record(phase: Phase, sentMs: number, latencyMs: number): void {
    const isQuick = latencyMs < this.#shownMs;
    if (phase === "baseline") this.#wasQuickBefore ||= isQuick;
    if (phase !== "during") return;
    this.#looks++;
    if (isQuick) this.#quickAnsweredMs = Math.min(this.#quickAnsweredMs, sentMs + latencyMs);
  }
  /** Ms of a sample that a fault takes, even without any stall; 0: the sample is not known to meet a fault. */
  holdMs(phase: Phase, sentMs: number): number {
    if (phase !== "during" || this.#leastMs === 0) return 0;
    const isMet = this.#quickAnsweredMs >= this.#endMs - END_MS && this.#wasQuickBefore;
    const endMs = Math.min(this.#endMs, this.#quickAnsweredMs);
    return isMet && this.#looks >= LEAST_LOOKS ? Math.min(this.#leastMs, endMs - sentMs) : 0;
  }
}
