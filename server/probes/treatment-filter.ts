/**
 * Treatment filter: counts only treated or only untreated samples of an expectation, held until marks show the
 * treatment.
 */
import type { Tally } from "../../experiments/model/evidence/tally.ts";
import type { SentSample } from "./sent-sample.ts";
import { TallyBucket } from "./tally-bucket.ts";

export interface TreatmentFilterConfig {
  readonly name: string;
  readonly of: "treated" | "untreated";
  /** Server clock at run time 0. */
  readonly startedMs: number;
  /** True if a fault hit the sample before the answer; null: unknown to an agent. */
  readonly isTreated: (sample: SentSample) => boolean | null;
}

export class TreatmentFilter {
  readonly #config: TreatmentFilterConfig;
  #held: SentSample[] = [];

  constructor(config: TreatmentFilterConfig) {
    this.#config = config;
  }
  add(samples: readonly SentSample[]): void {
    this.#held.push(...samples);
  }
  /** Tallies of the samples answered by `untilMs`: up to then every agent has reported all hits. */
  take(untilMs: number): Tally[] {
    const { name, of, startedMs, isTreated } = this.#config;
    const known = this.#held.filter(({ answeredMs }) => answeredMs <= untilMs);
    this.#held = this.#held.filter(({ answeredMs }) => answeredMs > untilMs);
    const buckets = new Map<string, TallyBucket>();
    for (const sample of known) {
      const { outcome, phase, sentMs } = sample;
      const treated = isTreated(sample);
      if (outcome === undefined || treated === (of !== "treated")) continue;
      const { good, secondMs, ...judged } = outcome;
      const key = `${phase} ${secondMs}`;
      const bucket = buckets.get(key) ?? new TallyBucket(name, phase, secondMs - startedMs);
      buckets.set(key, bucket);
      if (treated === null) bucket.errored({ cause: "other", why: "agents could not tell whether a fault hit it" });
      else if (good) bucket.good(sentMs - startedMs, judged.latencyMs);
      else bucket.bad({ atMs: sentMs - startedMs, ...judged });
    }
    return [...buckets.values()].map((bucket) => bucket.tally());
  }
}
