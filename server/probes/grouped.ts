/** Samples of an expectation on treated or untreated requests only: held until it is known which each of them is. */
import type { Tally } from "../../experiments/model/verdict/tally.ts";
import { Bucket } from "./bucket.ts";
import type { SentSample } from "./probe.ts";

export interface GroupedConfig {
  readonly name: string;
  readonly of: "treated" | "untreated";
  /** Server clock at run time 0. */
  readonly startedMs: number;
  /** Whether a fault hit the sample before its answer; null: an agent could not tell. */
  readonly isTreated: (sample: SentSample) => boolean | null;
}

export class Grouped {
  readonly #config: GroupedConfig;
  #held: SentSample[] = [];

  constructor(config: GroupedConfig) {
    this.#config = config;
  }
  add(samples: readonly SentSample[]): void {
    this.#held.push(...samples);
  }
  /** Tallies of the samples that were answered by `untilMs`: until then every agent has told what it hit. */
  take(untilMs: number): Tally[] {
    const { name, of, startedMs, isTreated } = this.#config;
    const known = this.#held.filter(({ answeredMs }) => answeredMs <= untilMs);
    this.#held = this.#held.filter(({ answeredMs }) => answeredMs > untilMs);
    const buckets = new Map<string, Bucket>();
    for (const sample of known) {
      const { outcome, phase, sentMs } = sample;
      const treated = isTreated(sample);
      if (outcome === undefined || treated === (of !== "treated")) continue;
      const { good, secondMs, ...judged } = outcome;
      const key = `${phase} ${secondMs}`;
      const bucket = buckets.get(key) ?? new Bucket(name, phase, secondMs - startedMs);
      buckets.set(key, bucket);
      if (treated === null) bucket.errored({ cause: "other", why: "agents could not tell whether a fault hit it" });
      else if (good) bucket.good(sentMs - startedMs, judged.latencyMs);
      else bucket.bad({ atMs: sentMs - startedMs, ...judged });
    }
    return [...buckets.values()].map((bucket) => bucket.tally());
  }
}
