/** Plans a run of an experiment: resolves selectors against a mesh, and fixes which samples can count. */

import type { Expectation, Experiment, Fault } from "../experiment/experiment.ts";
import { unitOf } from "../faults/scope.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { EdgeSelector } from "../mesh/selector.ts";
import { type ConnectedInstance, narrowed, resolveTargets, type Selection, type Target } from "../mesh/targets.ts";
import type { EdgeId, RunId } from "../names.ts";
import { type ProbeAction, probeSpecOf } from "../probes/index.ts";
import { addressesOfTarget } from "../probes/target.ts";
import type { Criteria } from "../sample/criteria.ts";
import { type Interval, sampleTimesOf, UNBOUNDED_MS } from "./counting.ts";
import { type Plan, type PlannedExpectation, type PlannedFault, type RunMode, struckEdges } from "./plan.ts";
import { entriesOf, pathOf, waitsOn } from "./probe-path.ts";
import { paceOfProbe } from "./samples.ts";

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
  const faults = experiment.faults.map((fault) =>
    // A dead process is dead for every instance of a caller: no selection narrows the targets.
    planFault(fault, phases.duringMs, fault.service === undefined ? targets(fault.edge) : targetsOf(fault.edge)),
  );
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
  const { name, action, match, share, pulse, hits, stealth, startMs, forMs, service, existing } = fault;
  const life = lifeOf({ startMs, forMs }, duringMs);
  // On TCP there are no requests, so the connection is the exchange.
  const unit =
    targets.length > 0 && targets.every(({ protocol }) => protocol === "tcp") ? "connection" : unitOf(action);
  const place = service === undefined ? { targets } : { targets, service };
  const rest = existing === undefined ? {} : { existing };
  return { name, action, unit, match, share, pulse, hits, stealth, ...rest, ...place, ...life };
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
