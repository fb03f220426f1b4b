/** Explains the course of an experiment in plain sentences, before the run. */

import type { Expectation, Experiment, Fault } from "../experiment/experiment.ts";
import { failuresAccepted } from "../experiment/panel.ts";
import { PHASES, type Phase } from "../experiment/phase.ts";
import { describeFault } from "../faults/index.ts";
import { unitOf } from "../faults/scope.ts";
import type { Mesh } from "../mesh/mesh.ts";
import { edgesMeant, isProtected } from "../mesh/targets.ts";
import { asRunId, edgeEnds, spellEdge } from "../names.ts";
import { type Plan, type PlannedExpectation, struckEdges } from "../plan/plan.ts";
import { planExperiment } from "../plan/plan-experiment.ts";
import { entriesOf } from "../plan/probe-path.ts";
import { redirectWords } from "../plan/redirect-words.ts";
import { plannedSamples } from "../plan/samples.ts";
import { describeProbe } from "../probes/index.ts";
import { nounOf } from "../probes/sample-noun.ts";
import { incompleteBeta } from "../statistics/binomial.ts";
import { list, spellCount } from "../text/words.ts";
import { formatDuration } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";
import { sayPlannedShows } from "../verdict/bounds.ts";
import { allowedBad } from "../verdict/judge.ts";
import { sayImpactAsWritten, sayImpactIn } from "./impact.ts";
import { describeCriteria, describeEdge, describeMatch, describeShare } from "./phrases.ts";

export { explainField, type FieldDocs, formatFieldDocs } from "./field-docs.ts";

/** Empty mesh: without a given mesh, selectors stay as written. */
const NO_MESH: Mesh = { name: "", directory: null, services: [], edges: [] };
const counted = ({ objective }: Pick<Expectation, "objective">): readonly Phase[] =>
  PHASES.filter((phase) => objective[phase] !== undefined);

const ofPhases = ({ phases, onBroken }: Experiment): string[] => {
  const { warmupMs, baselineMs, duringMs, settleMs, recovery } = phases;
  const warm = warmupMs === 0 ? "" : ` after ${formatDuration(warmupMs)} of warm-up`;
  const settling = settleMs === 0 ? "" : `, of which the first ${formatDuration(settleMs)} do not count`;
  const broken = onBroken === "revert" ? ", and is over as soon as the hypothesis cannot hold any more" : "";
  return [
    `The steady state is measured for ${formatDuration(baselineMs)}${warm}; if it does not hold, nothing is injected.`,
    `Injecting takes ${formatDuration(duringMs)}${settling}${broken}.`,
    `Then every fault is taken away, and the steady state must be back within ${formatDuration(recovery.withinMs)} and stay for ${formatDuration(recovery.holdMs)}.`,
  ];
};

/** `99% must be good`, by phase where the phases differ. */
export const demandOf = ({ objective, eventuallyMs }: PlannedExpectation): string => {
  const phases = counted({ objective });
  const where = phases.length === PHASES.length ? "every phase" : list(phases);
  if (eventuallyMs !== null) return `one must be good within ${formatDuration(eventuallyMs)} of ${where}`;
  const shares = new Set(Object.values(objective));
  if (shares.size === 1) return `${formatShare(objective[phases[0]!]!)} must be good in ${where}`;
  return `good must be ${list(phases.map((phase) => `${formatShare(objective[phase]!)} in ${phase}`))}`;
};

/** Planned number of samples, and the number that may be bad. */
const samples = (plan: Plan, expectation: PlannedExpectation): string => {
  const noun = nounOf(expectation.probe.kind);
  if (expectation.pace === null)
    return `Traffic decides how many ${noun} there are; fewer than ${expectation.minSamples} in a phase give no verdict.`;
  // Recovery is judged by windows, not as a whole.
  const phases = counted(expectation).filter((phase) => phase !== "recovery");
  const said = phases.map((phase) => {
    const n = plannedSamples(plan, expectation, phase) ?? 0;
    const may =
      expectation.eventuallyMs === null ? `, of which ${allowedBad(expectation.objective[phase]!, n)} may be bad` : "";
    return `${n} ${noun} in ${phase}${may}`;
  });
  const shows = sayPlannedShows(plan, expectation);
  return said.length === 0 ? "" : `That makes ${said.join("; ")}${shows === null ? "" : `, which ${shows}`}.`;
};

const ofExpectation = (plan: Plan, expectation: PlannedExpectation): string => {
  const { name, probe, good, worst, capture, endpoints } = expectation;
  const short =
    worst === null ? "" : `; in no ${formatDuration(worst.windowMs)} fewer than ${formatShare(worst.objective)}`;
  const head = `"${name}": ${describeProbe(probe, endpoints)}, good with ${describeCriteria(good)}; ${demandOf(expectation)}${short}.`;
  return [head, samples(plan, expectation), quoting(capture)].filter((sentence) => sentence !== "").join(" ");
};
const quoting = (capture: true | undefined) =>
  capture ? "Reasons quote up to 1 KiB of its answers, in the journal and the report too." : "";

/** The edges of a fault: as written, or as resolved in the mesh. */
const places = (fault: Fault, mesh: Mesh | undefined): string => {
  if (mesh === undefined) return describeEdge(fault.edge);
  const meant = edgesMeant(mesh, fault.edge);
  const open = meant.filter(({ edge }) => !isProtected(mesh, edge));
  const names = open.map(({ edge, endpoints }) => {
    const some = endpoints === null ? "" : ` (${endpoints.map(({ address }) => address).join(", ")} only)`;
    return `${spellEdge(edge.id)}${some}`;
  });
  const left = meant.length - open.length;
  return `${list(names)}${left === 0 ? "" : ` (not ${left} of protected services)`}`;
};

const ofFault = (fault: Fault, duringMs: number, mesh: Mesh | undefined): string => {
  const { name, action, match, share, startMs, forMs, pulse, hits } = fault;
  const which = describeMatch(match);
  const part = describeShare(share);
  const endMs = forMs === null ? duringMs : startMs + forMs;
  const when =
    startMs === 0 && endMs >= duringMs ? "all the time" : `from ${formatDuration(startMs)} to ${formatDuration(endMs)}`;
  const turns =
    pulse === null ? "" : `, ${formatDuration(pulse.liveMs)} at a time with ${formatDuration(pulse.restMs)} of rest`;
  if (fault.service !== undefined)
    return `"${name}": ${fault.service} ${describeFault(action)}; ${when}${turns}. Proof is ${spellCount(hits.atLeast, "exchange")} of ${hits.edges === "every" ? "every caller" : "some caller"} that met it away.`;
  const units = unitOf(action) === "connection" ? "connections" : "exchanges";
  return [
    `"${name}" ${describeFault(action)} on ${places(fault, mesh)}`,
    which === "" ? "" : `, where ${which}`,
    part === "" ? "" : `, for ${part} of it`,
    `, ${when}${turns}.${sayRedirect(fault)} Proof is ${hits.atLeast} ${units} hit on ${hits.edges === "every" ? "every edge" : "some edge"}.`,
  ].join("");
};

const sayRedirect = ({ edge, existing }: Fault): string =>
  redirectWords(edge.at ?? "caller", existing)
    .map((part) => ` ${part[0]!.toUpperCase()}${part.slice(1)}.`)
    .join("");

const CALLERS = {
  slower: "Their callers may be slower but not fail",
  none: "Their callers may not be affected",
  any: "Their callers may be affected in any way",
} as const;
const ofLimits = ({ limits, faults }: Experiment): string[] => {
  const { services, callers, requests, deadlineMs } = limits;
  const own = "besides the callers of the faulted edges";
  const others = services.length === 0 ? `No service is declared ${own}.` : `${list(services)} may be affected ${own}.`;
  const together = faults.length === 1 ? "" : `, by all ${faults.length} faults together`;
  const cap =
    requests === null ? "" : ` At most ${spellCount(requests, "exchange is", "exchanges are")} hit${together}.`;
  return [`${others} ${CALLERS[callers]}.${cap} The run is halted after ${formatDuration(deadlineMs)}.`];
};
const ofGuardrails = ({ halt }: Experiment): string[] =>
  halt.map(({ name, probe, good, trip, blind, capture }) => {
    const unseen =
      blind === "halt" ? `, or when ${spellCount(trip.of, "sample in a row errors", "samples in a row error")}` : "";
    return `The run halts when "${name}" is bad ${spellCount(trip.bad, "time")} of ${trip.of} (${describeProbe(probe)}, good with ${describeCriteria(good)})${unseen}. ${quoting(capture)}`.trim();
  });

/**
 * Greatest share of samples that a fault hits: samples count while the fault is awake, or cover rest and life together.
 */
const reach = ({ share, pulse }: Fault, { times }: PlannedExpectation): number => {
  const duty = pulse === null || (times?.reachMs ?? 0) === 0 ? 1 : pulse.liveMs / (pulse.liveMs + pulse.restMs);
  return Math.max(...share.steps) * duty;
};
/**
 * Reason why an expectation is not judged, or why exposure to a fault will remain unknown; empty where a faulted edge
 * lies on the expectation's path.
 */
const ofPath = ({ name, probe, path = {}, exposure, beside = [] }: PlannedExpectation, plan: Plan): string[] => {
  const relations = Object.values(path);
  if (relations.some((relation) => relation !== "unknown")) return [];
  if (relations.length > 0)
    return [`nobody will know whether "${name}" met a fault: name the service behind it in \`via\``];
  if (exposure === "bystander")
    return beside.length > 0 ? [] : [`no call that "${name}" waits on is hit: it is not judged`];
  const entries = entriesOf(probe);
  const into = struckEdges(plan).filter((edge) => entries.includes(edgeEnds(edge)[1]));
  const dials = into.length > 0 && probe.kind !== "traffic" ? `: the probe dials ${edgeEnds(into[0]!)[1]} itself` : "";
  return [
    `no faulted edge lies on the path of "${name}"${dials}, so it is not judged; \`exposure: bystander\` would judge what is under way beside the hits`,
  ];
};

/** Share of breaking runs, with every hit sample bad, below which the experiment is hardly worth its time. */
const HARDLY = 0.05;
/** `hit`: chance of a sample to be hit, at most. `n`: planned samples; null where traffic decides. */
const canHardlyBreak = (objective: number, hit: number, n: number | null): boolean => {
  if (n === null) return hit < 1 - objective;
  const allowed = allowedBad(objective, n);
  return allowed >= n || incompleteBeta(Math.min(1, hit), allowed + 1, n - allowed) < HARDLY;
};

/** Warnings of facts that end a run without a verdict, or make a HELD worthless, whatever the system does. */
const warnings = ({ faults, limits, halt }: Experiment, plan: Plan, isPlaced: boolean): string[] => {
  const told: string[] = [];
  const asked = plan.expectations.filter(({ objective }) => objective.during !== undefined);
  if (asked.length === 0) told.push("no expectation counts while the faults are live: nothing could break");
  for (const expectation of plan.expectations) {
    for (const phase of counted(expectation)) {
      const n = plannedSamples(plan, expectation, phase);
      if (n !== null && n < expectation.minSamples)
        told.push(
          `"${expectation.name}" gets ${spellCount(n, "sample")} in ${phase} and needs ${expectation.minSamples}: the run will be INCONCLUSIVE`,
        );
    }
  }
  for (const expectation of asked) {
    const accepted = failuresAccepted(expectation);
    if (accepted.length > 0) told.push(`"${expectation.name}" calls a fast failure good: ${list(accepted)}`);
  }
  if (isPlaced) told.push(...asked.flatMap((expectation) => ofPath(expectation, plan)));
  const single = faults.every(({ action }) => unitOf(action) === "exchange");
  for (const expectation of asked) {
    const { name, objective, eventuallyMs } = expectation;
    if (eventuallyMs !== null || !single) continue;
    const together = faults.reduce((sum, fault) => sum + reach(fault, expectation), 0);
    const n = plannedSamples(plan, expectation, "during");
    if (canHardlyBreak(objective.during!, together, n))
      told.push(
        `the faults hit ${formatShare(Math.min(1, together))} at most, and of "${name}" ${formatShare(1 - objective.during!)} may be bad anyway: it can hardly break`,
      );
    if (n !== null && limits.requests !== null && limits.requests <= allowedBad(objective.during!, n))
      told.push(
        `limits.requests of ${limits.requests} is no more than may be bad of "${name}" anyway: it cannot break`,
      );
  }
  for (const { name, match } of faults)
    if (typeof match?.path === "string" && match.path.includes(".*"))
      told.push(
        `"${name}" matches paths like ${match.path}, where the dot is a dot: for any text write \`*\` alone, or { regex: … }`,
      );
  for (const { name, hits } of faults)
    if (limits.requests !== null && hits.atLeast > limits.requests)
      told.push(
        `"${name}" needs ${spellCount(hits.atLeast, "hit")} and limits.requests allows ${limits.requests}: the run will be INCONCLUSIVE`,
      );
  for (const { name, blind } of halt)
    if (blind === "ignore") told.push(`"${name}" guards nothing while its samples error`);
  return told.map((words) => `Warning: ${words}.`);
};

/**
 * Course of the run, a sentence on each line. A line that begins with "Warning:" names a fact that makes the verdict
 * worth less.
 */
export const explainExperiment = (experiment: Experiment, mesh?: Mesh): string[] => {
  const plan = planExperiment(experiment, mesh ?? NO_MESH, { run: asRunId("explain"), seed: 0, mode: "full" });
  const { name, description, phases, faults } = experiment;
  return [
    description === "" ? `${name}.` : `${name}: ${description}`,
    mesh === undefined ? sayImpactAsWritten(experiment, plan) : sayImpactIn(plan, mesh),
    ...plan.expectations.map((expectation) => ofExpectation(plan, expectation)),
    ...faults.map((fault) => ofFault(fault, phases.duringMs, mesh)),
    ...ofPhases(experiment),
    ...ofLimits(experiment),
    ...ofGuardrails(experiment),
    ...warnings(experiment, plan, mesh !== undefined),
  ];
};
