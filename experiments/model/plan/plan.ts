/**
 * Plan: an experiment resolved against a mesh, with all data that a run needs, as plain JSON. The plan is the first
 * record of the journal. `plan-experiment.ts` makes it.
 */

import type { Guardrail, Limits } from "../experiment/experiment.ts";
import type { Phase } from "../experiment/phase.ts";
import type { Unit } from "../faults/fault.ts";
import type { FaultAction } from "../faults/index.ts";
import type { Share } from "../faults/share.ts";
import type { Match } from "../match/match.ts";
import type { Target } from "../mesh/targets.ts";
import type { DocumentName, EdgeId, ExpectationName, FaultName, RunId, ServiceName } from "../names.ts";
import type { ProbeAction } from "../probes/index.ts";
import type { Pace, ProbeStyle } from "../probes/probe.ts";
import type { Criteria } from "../sample/criteria.ts";
import type { SampleTimes } from "./counting.ts";
import type { ProbePath } from "./probe-path.ts";

/**
 * `full`: the whole experiment. `baseline`: ends after the baseline. `shadow`: faults match and count, but act on no
 * exchange.
 */
export type RunMode = "full" | "baseline" | "shadow";

export interface PlannedFault {
  readonly name: FaultName;
  readonly action: FaultAction;
  readonly unit: Unit;
  readonly match: Match | null;
  readonly share: Share;
  readonly pulse: { readonly liveMs: number; readonly restMs: number } | null;
  readonly hits: { readonly atLeast: number; readonly edges: "every" | "some" };
  readonly stealth: boolean;
  /** Connections that are older than the redirect are reset when the fault begins; absent: left alone. */
  readonly existing?: "reset";
  readonly targets: readonly Target[];
  /** Service whose process the fault strikes; `targets` are the edges of its callers. Absent: a fault on edges. */
  readonly service?: ServiceName;
  /** Live while fromMs <= offset into `during` < toMs. */
  readonly fromMs: number;
  readonly toMs: number;
}
export interface PlannedExpectation {
  readonly name: ExpectationName;
  readonly probe: ProbeAction;
  readonly good: Criteria;
  readonly capture?: true;
  readonly style: ProbeStyle;
  /** null for `counted`. */
  readonly pace: Pace | null;
  /** Longest time until the last sample of a phase is known. */
  readonly timeoutMs: number;
  readonly objective: Readonly<Partial<Record<Phase, number>>>;
  readonly eventuallyMs: number | null;
  readonly minSamples: number;
  readonly worst: { readonly windowMs: number; readonly objective: number } | null;
  /**
   * `bystander`: judged by the samples under way beside the hits, where no fault lies on the expectation's path.
   * Absent: judged by the path.
   */
  readonly exposure?: "bystander";
  /**
   * True: a response to the fault, which must not have been good before the fault and need not become good again
   * afterwards. Absent: must stay good.
   */
  readonly reaction?: true;
  /** Relation to each struck edge that the expectation can meet. Absent in older plans: unknown for all edges. */
  readonly path?: ProbePath;
  /** For `exposure: bystander`: struck edges whose callers answer the samples, directly or through others. */
  readonly beside?: readonly EdgeId[];
  /** Absent in plans of before: neither margin nor reach. */
  readonly times?: SampleTimes;
  /** Addresses that are probed in turn; absent where there is only a single address. */
  readonly endpoints?: readonly string[];
}
export interface Plan {
  readonly run: RunId;
  readonly experiment: DocumentName;
  readonly mesh: string;
  readonly seed: number;
  readonly mode: RunMode;
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
  /** True: an instance that appears in mid-run stays outside, although the selector matches its labels. */
  readonly static?: boolean;
  /** True: an expectation with unknown exposure to the faults keeps the run from being HELD. */
  readonly strict?: boolean;
  /** Absent: damage beyond the faults' own edges is not judged, as in older journals. */
  readonly radius?: PlannedRadius;
}
/** Declared services, and every edge on which damage is measured (PROOF.md 5). */
export interface PlannedRadius {
  /** Services and edges in the order of the mesh; `passed` events refer to an edge by its index here. */
  readonly services: readonly ServiceName[];
  readonly edges: readonly EdgeId[];
  /** `fail`: answers of the service may fail. `slow`: answers may only come later. */
  readonly declared: readonly { readonly service: ServiceName; readonly may: "fail" | "slow" }[];
  /**
   * Edges between an expectation's entry and a struck edge, where the hypothesis judges; the loosest limits that the
   * hypothesis allows.
   */
  readonly path: readonly { readonly edge: EdgeId; readonly errors: number; readonly withinMs: number | null }[];
}

/** The faults that should be live at an offset into `during`, in file order: overlaps need no state of their own. */
export const liveAt = (plan: Plan, offsetMs: number): readonly FaultName[] =>
  plan.faults.filter(({ fromMs, toMs }) => fromMs <= offsetMs && offsetMs < toMs).map(({ name }) => name);

/** The edges on which a plan has faults. */
export const struckEdges = ({ faults }: Pick<Plan, "faults">): readonly EdgeId[] => [
  ...new Set(faults.flatMap(({ targets }) => targets.map(({ edge }) => edge))),
];

/** The services whose process a fault of the plan strikes. */
export const struckServices = ({ faults }: Pick<Plan, "faults">): readonly ServiceName[] => [
  ...new Set(faults.flatMap(({ service }) => service ?? [])),
];

/**
 * Offsets into `during` at which the set of live faults, or the set of counted samples, may change; rising, within (0,
 * during].
 */
export const boundariesOf = ({ faults, phases: { duringMs, settleMs } }: Plan): readonly number[] => {
  const offsets = [...faults.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), settleMs, duringMs];
  return [...new Set(offsets)].filter((ms) => ms > 0 && ms <= duringMs).sort((a, b) => a - b);
};
