/** The Experiment file in its model form: durations in ms, shares 0..1, defaults filled in. */
import type { FaultAction } from "../faults/index.ts";
import type { Share } from "../faults/share.ts";
import type { Match } from "../match/match.ts";
import type { EdgeSelector } from "../mesh/selector.ts";
import type { DocumentName, ExpectationName, FaultName, ServiceName } from "../names.ts";
import type { ProbeAction } from "../probes/index.ts";
import type { Criteria } from "../sample/criteria.ts";
import type { Phase } from "./phase.ts";

export interface Fault {
  readonly name: FaultName;
  readonly edge: EdgeSelector;
  /** Service whose process the fault strikes; `edge` then means the calls of every caller. Absent: a fault on edges. */
  readonly service?: ServiceName;
  readonly match: Match | null;
  readonly share: Share;
  readonly action: FaultAction;
  /** Offset into `during`. */
  readonly startMs: number;
  /** null: to the end of `during`. */
  readonly forMs: number | null;
  readonly pulse: { readonly liveMs: number; readonly restMs: number } | null;
  readonly hits: { readonly atLeast: number; readonly edges: "every" | "some" };
  /** True: answers do not carry `x-squall-fault`. */
  readonly stealth: boolean;
  /** Connections that are older than the redirect are reset when the fault begins; absent: left alone. */
  readonly existing?: "reset";
}

export interface Expectation {
  readonly name: ExpectationName;
  readonly probe: ProbeAction;
  readonly good: Criteria;
  /**
   * Least share of good samples, for each phase that counts; an absent phase is not judged. With `eventuallyMs`: 0 for
   * each.
   */
  readonly objective: Readonly<Partial<Record<Phase, number>>>;
  /** Good once within so long after the phase began, instead of an objective. */
  readonly eventuallyMs: number | null;
  readonly minSamples: number;
  /** Worst window: no window of this length may do worse than this objective. */
  readonly worst: { readonly windowMs: number; readonly objective: number } | null;
  /** True: reasons quote the answers; absent: reasons give sizes only. */
  readonly capture?: true;
  /** `bystander`: judged by the samples under way beside the hits; absent: by the samples that meet a fault. */
  readonly exposure?: "bystander";
  /**
   * True: the expectation is a response to the fault, must not be met before the fault, and need not be met again after
   * the fault.
   */
  readonly reaction?: true;
}

export interface Guardrail {
  readonly name: string;
  readonly probe: ProbeAction;
  readonly good: Criteria;
  /** Halts once `bad` of the last `of` looks were bad. */
  readonly trip: { readonly bad: number; readonly of: number };
  /** Effect of `of` errored samples in a row. */
  readonly blind: "halt" | "ignore";
  /** Same as `capture` of an expectation. */
  readonly capture?: true;
}

export interface Limits {
  readonly services: readonly ServiceName[];
  readonly callers: "slower" | "none" | "any";
  /** Against the service's own baseline: more errors (share, added) or a p95 so many times longer. */
  readonly harm: { readonly errors: number; readonly p95: number };
  /** Effect of damage beyond the declared radius; absent, as in older plans: `break`. */
  readonly leak?: "break" | "report" | "require";
  /** Most hits, over all agents and faults of the run; null: no cap. */
  readonly requests: number | null;
  readonly deadlineMs: number;
}

export interface Experiment {
  readonly name: DocumentName;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly description: string;
  /** Path as written, relative to the file; null: given by --mesh or the server. */
  readonly mesh: string | null;
  readonly seed: number | null;
  readonly phases: {
    readonly warmupMs: number;
    readonly baselineMs: number;
    readonly duringMs: number;
    /** After the faults are live, before samples of `during` count. */
    readonly settleMs: number;
    readonly recovery: { readonly withinMs: number; readonly holdMs: number };
  };
  readonly onBroken: "revert" | "continue";
  readonly hypothesis: readonly Expectation[];
  readonly faults: readonly Fault[];
  readonly limits: Limits;
  readonly halt: readonly Guardrail[];
}
