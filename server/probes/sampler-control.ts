/** Control of the sampler of an expectation or a guardrail, in this thread or in the prober's (`prober.ts`). */
import type { Criteria } from "../../experiments/model/match/criteria.ts";
import type { Phase } from "../../experiments/model/phase.ts";
import type { Pace } from "../../experiments/model/probes/probe.ts";
import type { Interval } from "../../experiments/model/verdict/counting.ts";
import type { Tally } from "../../experiments/model/verdict/tally.ts";
import type { SentSample } from "./sent-sample.ts";

/** Settings of a sampler. Plain data, since it crosses to another thread. */
export interface SampleSettings {
  /** Server clock at run time 0. */
  readonly startedMs: number;
  readonly name: string;
  readonly good: Criteria;
  readonly pace: Pace;
  readonly timeoutMs: number;
  /** A look tells of so long a time before it (`ratio`, `prometheus`); absent: only of its own. */
  readonly reachMs?: number;
  /** Faults that act all through `during` make each look that meets them late by so much; absent: nothing is known of that. */
  readonly leastHoldMs?: number;
  /** Length of a tally; default: a second. */
  readonly bucketMs?: number;
  /**
   * Each look of the baseline leaves at a random moment of so long a time (a poll: of its pace, at most), so that exchanges
   * which follow on it can be told from others' without a mark (`lags.ts`). Absent: at its own time.
   */
  readonly spreadMs?: number;
  /** Reasons quote headers; those of bodies are the source's own. */
  readonly capture: boolean;
  /** Samples leave one by one through `takeSent`, not in tallies, for `TreatmentFilter` to count once marks have told treated from untreated. */
  readonly awaitsTreatment?: boolean;
  /** Taken out of every reason. */
  readonly secrets: readonly string[];
}
export type SampleOutcome = "good" | "bad" | "errored";
export interface SamplerListener {
  /** Takes an error of the prober's own, which ends the run: a look that is not counted could turn it green. */
  readonly fail: (error: unknown) => void;
  /** Every judged sample, as it comes: guardrails want each. */
  readonly onSample?: (outcome: SampleOutcome, why: string) => void;
  /** Tallies came from another thread: `take` has them. */
  readonly onTallies?: () => void;
}
/** Control of a sampler: phases that its looks belong to, and tallies of them. */
export interface SamplerControl {
  /**
   * From `fromMs` on, server clock, looks belong to this phase; null: to none. `fromMs` must not fall. `windows`: times of
   * the phase that count; absent: all of it.
   */
  observe(phase: Phase | null, fromMs: number, windows?: readonly Interval[]): void;
  /**
   * An agent stood still in that time, server clock: it may be told up to 2.5 s after the answer of a look. A look that is
   * bad by its time, or failed after 250 ms or more, is kept back for so long, also where that delays an early BROKEN: it is
   * errored if it would have been good without the stall, or if nobody can know. So is one that tells of a time before it in
   * which an agent stalled for 250 ms or more, whatever its value is then. Looks of a guardrail are not kept back, since
   * a halt does not wait.
   */
  stalled(fromMs: number, toMs: number): void;
  /** Resolves once every look meant for `phase` is in what `take` returns. */
  settle(phase: Phase): Promise<void>;
  /** Tallies since the last time. No sample is in two of them. */
  take(): Tally[];
  /** Samples that were answered since the last time, errored looks left out. */
  takeSent(): SentSample[];
  stop(): Promise<void>;
}
