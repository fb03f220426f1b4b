/** Control of the sampler of an expectation or a guardrail, in this thread or in the prober's (`prober.ts`). */

import type { Tally } from "../../experiments/model/evidence/tally.ts";
import type { Phase } from "../../experiments/model/experiment/phase.ts";
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Interval } from "../../experiments/model/plan/counting.ts";
import type { Pace } from "../../experiments/model/probes/probe.ts";
import type { Criteria } from "../../experiments/model/sample/criteria.ts";
import type { SentSample } from "./sent-sample.ts";

/** Settings of a sampler. Plain data, since the settings cross to another thread. */
export interface SampleSettings {
  /** Server clock at run time 0. */
  readonly startedMs: number;
  readonly name: string;
  readonly good: Criteria;
  readonly pace: Pace;
  readonly timeoutMs: number;
  /**
   * Time before a sample that the sample also measures (`ratio`, `prometheus`); absent: the sample measures only the
   * sample's own time.
   */
  readonly reachMs?: number;
  /** Least delay of each sample that meets the faults acting all through `during`; absent: unknown. */
  readonly leastHoldMs?: number;
  /** Length of a tally; default: a second. */
  readonly bucketMs?: number;
  /**
   * Spread of baseline samples: each leaves at a random moment of this interval (a poll: of the pace, at most), so that
   * exchanges caused by the sample are distinguishable from other exchanges without a mark (`lags.ts`). Absent: each
   * leaves at the intended time.
   */
  readonly spreadMs?: number;
  /** True: reasons quote headers; quotes of bodies are up to the source. */
  readonly capture: boolean;
  /**
   * True: samples leave singly through `takeSent`, not in tallies, for `TreatmentFilter` to count once marks have told
   * treated from untreated samples.
   */
  readonly awaitsTreatment?: boolean;
  /** Secrets to remove from every reason. */
  readonly secrets: readonly string[];
}
export type SampleOutcome = "good" | "bad" | "errored";
export interface SamplerListener {
  /** Takes an internal error of the prober, which ends the run: an uncounted sample could turn the run green. */
  readonly fail: (error: unknown) => void;
  /** Takes every judged sample at once, for guardrails. */
  readonly onSample?: (outcome: SampleOutcome, why: string) => void;
  /** Called when tallies came from another thread and can be taken by `take`. */
  readonly onTallies?: () => void;
}
/** Control of a sampler: sets the phases that samples belong to, and takes the tallies. */
export interface SamplerControl {
  /**
   * Assigns samples from `fromMs` on (server clock) to this phase; null: to none. `fromMs` must not fall. `windows`:
   * times of the phase that count; absent: all of the phase.
   */
  observe(phase: Phase | null, fromMs: number, windows?: readonly Interval[]): void;
  /** Addresses the instances of this mesh from the next sample on; a probe of another address goes on as before. */
  readdress(mesh: Pick<Mesh, "services">): void;
  /**
   * Reports that an agent stood still in that time, server clock: the report may come up to 2.5 s after the answer to a
   * sample. A sample that is bad by time, or failed after 250 ms or more, is held back that long, even if that delays
   * an early BROKEN. Such a sample is errored if the outcome would have been good without the stall, or if that cannot
   * be known. A bad sample that also measures an earlier time (`reachMs`) is errored, whatever the value, if an agent
   * stalled in that time for 250 ms or more. Samples of a guardrail are not held back, since a halt does not wait.
   */
  stalled(fromMs: number, toMs: number): void;
  /** Resolves once `take` returns every sample meant for `phase`. */
  settle(phase: Phase): Promise<void>;
  /** Tallies since the last call. No sample is in two tallies. */
  take(): Tally[];
  /** Samples answered since the last call, errored samples left out. */
  takeSent(): SentSample[];
  stop(): Promise<void>;
}
