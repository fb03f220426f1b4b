/**
 * Plan: an experiment resolved against a mesh, with all data that a run needs, as plain JSON. The plan is the first
 * record of the journal.
 */

import type { Expectation, Experiment, Fault, Guardrail, Limits } from "../experiment/experiment.ts";
import type { Phase } from "../experiment/phase.ts";
import type { Unit } from "../faults/fault.ts";
import type { FaultAction } from "../faults/index.ts";
import { unitOf } from "../faults/scope.ts";
import type { Share } from "../faults/share.ts";
import type { Match } from "../match/match.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { EdgeSelector } from "../mesh/selector.ts";
import { type ConnectedInstance, narrowed, resolveTargets, type Selection, type Target } from "../mesh/targets.ts";
import type { EdgeId, ExpectationName, FaultName, RunId, ServiceName } from "../names.ts";
import { type ProbeAction, probeSpecOf } from "../probes/index.ts";
import { type Pace, type ProbeStyle, paceOf } from "../probes/probe.ts";
import { addressesOfTarget } from "../probes/target.ts";
import type { Criteria } from "../sample/criteria.ts";
import { countingWindows, type Interval, lengthOf, type SampleTimes, sampleTimesOf, UNBOUNDED_MS } from "./counting.ts";
import { entriesOf, type ProbePath, pathOf, waitsOn } from "./probe-path.ts";

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
  readonly targets: readonly Target[];
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
  readonly experiment: string;
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
/** Services that may suffer, and every edge on which suffering is measured (PROOF.md 5). */
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

export interface PlanOptions {
  readonly run: RunId;
  readonly seed: number;
  readonly mode: RunMode;
  /** The edges a selector means; empty for none, which is refused before a run. Default: `resolveTargets` of the mesh. */
  readonly targetsOf?: (selector: EdgeSelector) => readonly Target[];
  /** Connected agents, since an instance may have labels that the service has not. */
  readonly instances?: readonly ConnectedInstance[];
  /** Narrows which callers are struck, by service. */
  readonly select?: Selection;
  /** True: no instance joins in mid-run. */
  readonly static?: boolean;
  /** Same as in the plan. */
  readonly strict?: boolean;
  /** Default: 5 s. */
  readonly leaseMs?: number;
}
export const planExperiment = (experiment: Experiment, mesh: Mesh, options: PlanOptions): Plan => {
  const { run, seed, mode, instances = [], select = {}, leaseMs = 5_000 } = options;
  const { targetsOf = (selector) => resolveTargets(mesh, selector, instances) } = options;
  const targets = (selector: EdgeSelector) =>
    targetsOf(selector).flatMap((target) => narrowed(mesh, target, select) ?? []);
  const { name, phases, onBroken, limits, halt } = experiment;
  const faults = experiment.faults.map((fault) => planFault(fault, phases.duringMs, targets(fault.edge)));
  const struck = struckEdges({ faults });
  return {
    run,
    experiment: name,
    mesh: mesh.name,
    seed,
    mode,
    phases,
    onBroken,
    faults,
    expectations: experiment.hypothesis.map((expectation) => planExpectation(expectation, mesh, struck)),
    guardrails: halt,
    limits,
    leaseMs,
    ...(options.static === true ? { static: true } : {}),
    ...(options.strict === true ? { strict: true } : {}),
  };
};

const planFault = (fault: Fault, duringMs: number, targets: readonly Target[]): PlannedFault => {
  const { name, action, match, share, pulse, hits, stealth, startMs, forMs } = fault;
  // On TCP there are no requests, so the connection is the exchange.
  const unit =
    targets.length > 0 && targets.every(({ protocol }) => protocol === "tcp") ? "connection" : unitOf(action);
  return { name, action, unit, match, share, pulse, hits, stealth, targets, ...lifeOf({ startMs, forMs }, duringMs) };
};
/** Planned life of a fault: offsets into `during`. */
export const lifeOf = ({ startMs, forMs }: Pick<Fault, "startMs" | "forMs">, duringMs: number): Interval => ({
  fromMs: startMs,
  toMs: forMs === null ? duringMs : Math.min(duringMs, startMs + forMs),
});

/** Addresses that a probe uses in turn; empty: the probe has a single address, or none in the mesh. */
const endpointsOf = ({ params }: ProbeAction, mesh: Mesh): readonly string[] => {
  const addresses = "to" in params && params.to !== undefined ? addressesOfTarget(mesh, params.to) : [];
  return addresses.length > 1 ? addresses : [];
};
/** Pace of a probe's samples; null: agents count traffic, and the probe sends none. */
export const paceOfProbe = ({ kind, params }: ProbeAction): Pace | null =>
  probeSpecOf(kind).style(params) === "counted" ? null : paceOf(params as Parameters<typeof paceOf>[0]);
const planExpectation = (
  { name, probe, good, ...rest }: Expectation,
  mesh: Mesh,
  struck: readonly EdgeId[],
): PlannedExpectation => {
  const style = probeSpecOf(probe.kind).style(probe.params);
  const { objective, eventuallyMs, minSamples, worst, capture, exposure, reaction } = rest;
  const pace = paceOfProbe(probe);
  const endpoints = endpointsOf(probe, mesh);
  return {
    name,
    probe,
    good,
    style,
    pace,
    timeoutMs: timeoutOf(probe, good),
    objective,
    eventuallyMs,
    minSamples,
    worst,
    path: pathOf(probe, mesh, struck),
    times: sampleTimesOf({ probe, good, eventuallyMs }),
    ...(capture === undefined ? {} : { capture }),
    ...(reaction === undefined ? {} : { reaction }),
    ...(exposure === undefined
      ? {}
      : { exposure, beside: struck.filter((edge) => waitsOn(mesh, entriesOf(probe), edge)) }),
    ...(endpoints.length === 0 ? {} : { endpoints }),
  };
};

/** Longest time until the last sample of a phase is known: traffic that is not answered within this time is bad. */
const timeoutOf = ({ params }: ProbeAction, good: Criteria): number =>
  "timeout" in params ? params.timeout : (good.withinMs ?? UNBOUNDED_MS);

/** The faults that should be live at an offset into `during`, in file order: overlaps need no state of their own. */
export const liveAt = (plan: Plan, offsetMs: number): readonly FaultName[] =>
  plan.faults.filter(({ fromMs, toMs }) => fromMs <= offsetMs && offsetMs < toMs).map(({ name }) => name);

/** The edges on which a plan has faults. */
export const struckEdges = ({ faults }: Pick<Plan, "faults">): readonly EdgeId[] => [
  ...new Set(faults.flatMap(({ targets }) => targets.map(({ edge }) => edge))),
];

/**
 * Offsets into `during` at which the set of live faults, or the set of counted samples, may change; rising, within (0,
 * during].
 */
export const boundariesOf = ({ faults, phases: { duringMs, settleMs } }: Plan): readonly number[] => {
  const offsets = [...faults.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), settleMs, duringMs];
  return [...new Set(offsets)].filter((ms) => ms > 0 && ms <= duringMs).sort((a, b) => a - b);
};

/** Offsets into `during` in which samples of an expectation count. */
export const windowsOf = ({ faults, phases: { settleMs } }: Plan, { times }: PlannedExpectation): readonly Interval[] =>
  countingWindows(faults, settleMs, times ?? { marginMs: 0, reachMs: 0 });

/**
 * Longest time in which a phase counts samples of an expectation, ms. Recovery: until the end of the last window that
 * may still begin in time.
 */
export const phaseMs = (plan: Plan, expectation: PlannedExpectation, phase: Phase): number => {
  const { baselineMs, recovery } = plan.phases;
  switch (phase) {
    case "baseline":
      return baselineMs;
    case "during":
      return lengthOf(windowsOf(plan, expectation));
    case "recovery":
      return recovery.withinMs + recovery.holdMs;
  }
};

/**
 * True: only samples that a fault hit are judged, or only the others. The number of these samples is known at the end.
 */
export const isGrouped = ({ probe: { kind, params } }: Pick<PlannedExpectation, "probe">): boolean =>
  kind === "http" && (params.of ?? "all") !== "all";

/** Number of samples that a probe of a given pace yields in `lengthMs`; null where traffic alone decides. */
export const samplesIn = (expectation: Pick<PlannedExpectation, "pace" | "probe">, lengthMs: number): number | null =>
  // Slightly less, so that 20 s with a sample every 33.33… ms are 600 and not 601.
  expectation.pace === null || isGrouped(expectation) ? null : Math.ceil(lengthMs / expectation.pace.everyMs - 1e-6);

/** Number of samples of an expectation in a whole phase; null where traffic alone decides. */
export const plannedSamples = (plan: Plan, expectation: PlannedExpectation, phase: Phase): number | null =>
  samplesIn(expectation, phaseMs(plan, expectation, phase));
