/** Samples after the send, as input for exposure and treatment filters. */

/** A sample that was answered, or given up. Times are the server clock's. */
import type { Phase } from "../../experiments/model/experiment/phase.ts";
export interface SentSample {
  readonly number: number;
  /** Phase in which the sample counts. */
  readonly phase: Phase;
  readonly sentMs: number;
  readonly answeredMs: number;
  /**
   * Slot of a spread sample, which left at a random moment of [slotMs, slotMs + spreadMs); absent: the sample left at
   * the intended time.
   */
  readonly slotMs?: number;
  readonly spreadMs?: number;
  /** True for a bad sample; absent: the sample was good. */
  readonly isBad?: true;
  /** Ms of the sample in which the prober stood still; absent: none. */
  readonly heldMs?: number;
  /** Outcome, present if the sample's treatment must be known before the sample can be counted. */
  readonly outcome?: JudgedSample;
}
/** A judged sample, and the second in which the sample counts (server clock of the second's begin). */
export interface JudgedSample {
  readonly good: boolean;
  readonly why: string;
  readonly latencyMs: number;
  readonly status?: number;
  readonly secondMs: number;
}
