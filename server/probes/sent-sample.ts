/** Samples after they were sent: what exposure and treatment filters are told of each. */

/** A sample that was answered, or given up. Times are the server clock's. */
import type { Phase } from "../../experiments/model/phase.ts";
export interface SentSample {
  readonly number: number;
  /** In which it counts. */
  readonly phase: Phase;
  readonly sentMs: number;
  readonly answeredMs: number;
  /** It left at a random moment of [slotMs, slotMs + spreadMs); absent: at its own time. */
  readonly slotMs?: number;
  readonly spreadMs?: number;
  /** Absent: it was good. */
  readonly isBad?: true;
  /** Ms of it in which the prober stood still; absent: none. */
  readonly heldMs?: number;
  /** Present where it must be known what the sample met before it can be told. */
  readonly outcome?: JudgedSample;
}
/** A judged sample, and the second in which it counts (server clock of its beginning). */
export interface JudgedSample {
  readonly good: boolean;
  readonly why: string;
  readonly latencyMs: number;
  readonly status?: number;
  readonly secondMs: number;
}
