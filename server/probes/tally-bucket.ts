/** Tally bucket: sums up the samples of a second of a phase into a tally. */

import { countLatencies } from "../../experiments/model/evidence/latency-counts.ts";
import type { BadSample, Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import { boundCauses, type ErroredBy, type SampleObstacle, withCause } from "../../experiments/model/sample/errored.ts";

const FIRST_BAD = 5;
export const BUCKET_MS = 1_000;

/** Percentile by nearest rank: the least value that the given share of the values does not exceed. */
const percentile = (sorted: readonly number[], share: number): number => {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;
  return Math.round(value * 1_000) / 1_000;
};

export class TallyBucket {
  readonly #of: string;
  readonly #phase: Phase;
  readonly #fromMs: number;
  readonly #lengthMs: number;
  #good = 0;
  #bad = 0;
  #errored = 0;
  #firstErrored: string | null = null;
  #erroredBy: ErroredBy = {};
  #firstGoodMs: number | null = null;
  readonly #firstBad: BadSample[] = [];
  readonly #latencies: number[] = [];

  constructor(of: string, phase: Phase, fromMs: number, lengthMs = BUCKET_MS) {
    this.#of = of;
    this.#phase = phase;
    this.#fromMs = fromMs;
    this.#lengthMs = lengthMs;
  }
  errored({ why, cause }: SampleObstacle): void {
    this.#errored++;
    this.#firstErrored ??= why;
    this.#erroredBy = withCause(this.#erroredBy, cause);
  }
  good(atMs: number, latencyMs: number): void {
    this.#good++;
    this.#firstGoodMs = Math.min(this.#firstGoodMs ?? atMs, atMs);
    this.#latencies.push(latencyMs);
  }
  bad(sample: BadSample): void {
    this.#bad++;
    if (this.#firstBad.length < FIRST_BAD) this.#firstBad.push(sample);
    if (sample.latencyMs !== undefined) this.#latencies.push(sample.latencyMs);
  }
  tally(): Tally {
    const sorted = this.#latencies.toSorted((a, b) => a - b);
    return {
      of: this.#of,
      phase: this.#phase,
      fromMs: this.#fromMs,
      toMs: this.#fromMs + this.#lengthMs,
      good: this.#good,
      bad: this.#bad,
      errored: this.#errored,
      firstBad: this.#firstBad,
      ...(this.#firstErrored === null
        ? {}
        : { firstErrored: this.#firstErrored, erroredBy: boundCauses(this.#erroredBy) }),
      ...(sorted.length === 0
        ? {}
        : { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), latencies: countLatencies(sorted) }),
      ...(this.#firstGoodMs === null ? {} : { firstGoodMs: this.#firstGoodMs }),
    };
  }
}
