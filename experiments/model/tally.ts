/** Tallies: a second's worth of samples of one expectation or guardrail. */
import type { Phase } from "./experiment.ts";

/** A bad look worth showing. `atMs` is run time of the intended send. */
export interface BadSample {
  readonly atMs: number;
  readonly why: string;
  readonly status?: number;
  readonly latencyMs?: number;
}
/** Counts of samples by the phase in which they were *sent*. Sums of tallies are the truth; none is sent twice. */
export interface Tally {
  readonly of: string;
  readonly phase: Phase;
  /** Run time of the intended sends: [fromMs, toMs). */
  readonly fromMs: number;
  readonly toMs: number;
  readonly good: number;
  readonly bad: number;
  readonly errored: number;
  /** At most 5. */
  readonly firstBad: readonly BadSample[];
  /** Median and 99th percentile of the latency of seen samples, ms; absent where there is none. */
  readonly p50?: number;
  readonly p99?: number;
}
