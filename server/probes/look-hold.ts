/**
 * How much of a look's time a fault takes by itself. A stall of an agent meanwhile costs the look nothing, but only where the
 * look meets the fault: a graph tells that it can, and a connection without requests has no mark. So the latencies have to show
 * it: no look while the fault acted was quicker than the fault alone allows, and some before it were.
 */
import type { Phase } from "../../experiments/model/phase.ts";

/** Looks that have to be known before their latencies show anything. */
const LEAST_LOOKS = 10;
/** Timers may ring a little early, and clocks of two processes are compared. */
const EARLY_MS = 5;
/**
 * An agent that rests for more of a look's time than this has too little CPU for what passes it, and may make every look late
 * by itself, also those that meet no fault.
 */
const MOST_RESTED = 0.9;

interface Seen {
  readonly looks: number;
  readonly quickestMs: number;
}
const NONE: Seen = { looks: 0, quickestMs: Number.POSITIVE_INFINITY };

export class LookHold {
  readonly #leastMs: number;
  readonly #timeoutMs: number;
  readonly #seen = new Map<Phase, Seen>();

  /** `leastMs`: by which faults make each look late that meets them; Infinity: it is not answered. 0: nothing is known. */
  constructor(leastMs: number, timeoutMs: number) {
    this.#leastMs = leastMs;
    this.#timeoutMs = timeoutMs;
  }
  /** A look of the phase was answered, or given up. */
  saw(phase: Phase, latencyMs: number): void {
    const { looks, quickestMs } = this.#seen.get(phase) ?? NONE;
    this.#seen.set(phase, { looks: looks + 1, quickestMs: Math.min(quickestMs, latencyMs) });
  }
  /** Ms of a look of `during` that a fault takes of it whatever agents do; 0: not known to meet one. */
  ofLook(phase: Phase, latencyMs: number, stalledMs: number): number {
    if (phase !== "during" || this.#leastMs === 0 || stalledMs > MOST_RESTED * latencyMs) return 0;
    const shownMs = Math.min(this.#leastMs, this.#timeoutMs) - EARLY_MS;
    const [before, during] = [this.#seen.get("baseline") ?? NONE, this.#seen.get("during") ?? NONE];
    const isMet = during.looks >= LEAST_LOOKS && during.quickestMs >= shownMs && before.quickestMs < shownMs;
    return isMet ? this.#leastMs : 0;
  }
}
