/** An experiment resolved against a mesh: everything a run needs to know, as plain JSON. It is the first record of the journal. */
import type { Guardrail, Limits, Phase, Share } from "./experiment.ts";
import type { Protocol, Unit } from "./faults/fault.ts";
import type { FaultAction } from "./faults/index.ts";
import type { Criteria } from "./good.ts";
import type { Match } from "./match.ts";
import type { EdgeId, ExpectationName, FaultName, RunId } from "./names.ts";
import type { ProbeAction } from "./probes/index.ts";
import type { Pace, Style } from "./probes/probe.ts";

/** `full`: the whole experiment. `baseline`: stops after it. `shadow`: faults match and count, and touch nothing. */
export type Mode = "full" | "baseline" | "shadow";

/** One fault on one edge. */
export interface Target {
  readonly edge: EdgeId;
  readonly protocol: Protocol;
  /** Addresses of the callee that are meant; null: all of them. */
  readonly endpoints: readonly string[] | null;
}
export interface PlannedFault {
  readonly name: FaultName;
  readonly action: FaultAction;
  readonly unit: Unit;
  readonly match: Match | null;
  readonly share: Share;
  readonly pulse: { readonly liveMs: number; readonly restMs: number } | null;
  readonly hits: { readonly atLeast: number; readonly edges: "every" | "some" };
  readonly stealth: boolean;
  readonly targets: readonly Target[];
  /** Live while fromMs <= offset into `during` < toMs. */
  readonly fromMs: number;
  readonly toMs: number;
}
export interface PlannedExpectation {
  readonly name: ExpectationName;
  readonly probe: ProbeAction;
  readonly good: Criteria;
  readonly style: Style;
  /** null for `counted`. */
  readonly pace: Pace | null;
  /** How long the last sample of a phase may take to be known. */
  readonly timeoutMs: number;
  readonly objective: Readonly<Partial<Record<Phase, number>>>;
  readonly eventuallyMs: number | null;
  readonly minSamples: number;
  readonly worst: { readonly windowMs: number; readonly objective: number } | null;
}
export interface Plan {
  readonly run: RunId;
  readonly experiment: string;
  readonly mesh: string;
  readonly seed: number;
  readonly mode: Mode;
  readonly phases: {
    readonly warmupMs: number;
    readonly baselineMs: number;
    readonly settleMs: number;
    readonly duringMs: number;
    readonly recovery: { readonly withinMs: number; readonly holdMs: number };
  };
  readonly onBroken: "revert" | "continue";
  readonly faults: readonly PlannedFault[];
  readonly expectations: readonly PlannedExpectation[];
  readonly guardrails: readonly Guardrail[];
  readonly limits: Limits;
  readonly leaseMs: number;
}
