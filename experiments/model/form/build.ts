/** Builds the model of an experiment from the file form. */

import type { z } from "zod";
import type { Expectation, Experiment, Fault, Guardrail } from "../experiment/experiment.ts";
import type { Phase } from "../experiment/phase.ts";
import { type FaultAction, faultKinds } from "../faults/index.ts";
import { isProcessFault } from "../faults/scope.ts";
import type { Share } from "../faults/share.ts";
import type { EdgeSelector } from "../mesh/selector.ts";
import { callerName } from "../mesh/targets.ts";
import { type ProbeAction, probeKinds, probeSpecOf } from "../probes/index.ts";
import type { ProbeStyle } from "../probes/probe.ts";
import { toCriteria } from "./criteria.ts";
import { type expectation, type guardrail, PHASE_NAMES } from "./expectation.ts";
import type { ExperimentFile } from "./experiment.ts";
import type { fault } from "./fault.ts";
import { toMetadata } from "./metadata.ts";

type FaultForm = z.output<typeof fault>;
type ExpectationForm = z.output<typeof expectation>;
type GuardrailForm = z.output<typeof guardrail>;

/** Kinds that an entry names; exactly 1 after validation. */
export const kindsIn = (entry: object, kinds: object): string[] =>
  Object.keys(kinds).filter((kind) => Object.hasOwn(entry, kind));
const chosen = (entry: object, kinds: object): { kind: string; params: unknown } => {
  const kind = kindsIn(entry, kinds)[0]!;
  return { kind, params: (entry as Record<string, unknown>)[kind] };
};
export const faultActionOf = (entry: object) => chosen(entry, faultKinds) as FaultAction;
export const probeActionOf = (entry: object) => chosen(entry, probeKinds) as ProbeAction;
export const styleOfProbe = ({ kind, params }: ProbeAction): ProbeStyle => probeSpecOf(kind).style(params);

const toShare = (given: FaultForm["share"]): Share => {
  if (typeof given === "number") return { steps: [given], eachMs: 0, by: "request" };
  if ("of" in given) return { steps: [given.of], eachMs: 0, by: given.by };
  return { steps: given.steps, eachMs: given.steps.length > 1 ? given.each : 0, by: given.by };
};
const isName = (end: string | undefined) => end !== undefined && end !== "*";
const byName = ({ from, to }: EdgeSelector) =>
  isName(callerName(from)) && isName(typeof to === "string" ? to : undefined);

/** Place of a fault: a fault on a service meets the calls of every caller. `edge` or `service` is there after validation. */
const placeOf = ({ edge, service }: FaultForm): Pick<Fault, "edge" | "service"> =>
  service === undefined ? { edge: selectorOf(edge!) } : { edge: { from: "*", to: service }, service };
const selectorOf = ({ from, to, at }: NonNullable<FaultForm["edge"]>): EdgeSelector => ({
  ...{ from, to },
  ...(at === "callee" && { at }),
});
const fewestHits = (form: FaultForm): number => form.hits.atLeast ?? (isProcessFault(faultActionOf(form)) ? 1 : 10);

const toFault = (form: FaultForm): Fault => ({
  name: form.name,
  ...placeOf(form),
  match: form.match ?? null,
  share: toShare(form.share),
  action: faultActionOf(form),
  startMs: form.start,
  forMs: form.for ?? null,
  pulse: form.pulse === undefined ? null : { liveMs: form.pulse.live, restMs: form.pulse.rest },
  hits: { atLeast: fewestHits(form), edges: form.hits.edges ?? (byName(placeOf(form).edge) ? "every" : "some") },
  stealth: form.stealth,
  ...(form.existing !== undefined && { existing: form.existing }),
});

/** The phases that an expectation counts in. */
export const phasesOf = ({ when, objective }: ExpectationForm): readonly Phase[] => {
  if (when !== undefined) return PHASE_NAMES.filter((phase) => when === phase || when.includes(phase));
  const named = typeof objective === "object" ? Object.keys(objective) : PHASE_NAMES;
  return PHASE_NAMES.filter((phase) => named.includes(phase));
};
const objectiveOf = (form: ExpectationForm): Expectation["objective"] => {
  const { objective, eventually } = form;
  if (typeof objective === "object") return objective;
  // `eventually` needs no share of good samples: the phases count, but no sample must be good on its own.
  const everywhere = eventually === undefined ? (objective ?? 1) : 0;
  return Object.fromEntries(phasesOf(form).map((phase) => [phase, everywhere]));
};
const FEWEST: Readonly<Record<ProbeStyle, number>> = { stream: 30, counted: 30, poll: 3 };

/**
 * True for a reaction to the fault: `reaction: true`, `of: treated`, and conditions that must come true once during the
 * fault.
 */
const isReaction = (form: ExpectationForm): boolean => {
  const { kind, params } = probeActionOf(form);
  if (form.reaction === true || (kind === "traffic" && params.of === "treated")) return true;
  return form.eventually !== undefined && !phasesOf(form).includes("baseline");
};
const toExpectation = (form: ExpectationForm): Expectation => {
  const probe = probeActionOf(form);
  return {
    name: form.name,
    probe,
    good: toCriteria(form.good),
    objective: objectiveOf(form),
    eventuallyMs: form.eventually ?? null,
    minSamples: form.minSamples ?? (form.eventually === undefined ? FEWEST[styleOfProbe(probe)] : 1),
    worst: form.worst === undefined ? null : { windowMs: form.worst.window, objective: form.worst.objective },
    ...(form.capture === undefined ? {} : { capture: form.capture }),
    ...(form.exposure === "bystander" ? { exposure: "bystander" } : {}),
    ...(isReaction(form) ? { reaction: true } : {}),
  };
};

const toGuardrail = (form: GuardrailForm): Guardrail => ({
  name: form.name,
  probe: probeActionOf(form),
  good: toCriteria(form.good),
  trip: form.trip,
  blind: form.blind,
  ...(form.capture === undefined ? {} : { capture: form.capture }),
});

export const toExperiment = ({ metadata, spec }: ExperimentFile): Experiment => ({
  ...toMetadata(metadata),
  description: spec.description,
  mesh: spec.mesh ?? null,
  seed: spec.seed ?? null,
  phases: {
    warmupMs: spec.phases.warmup,
    baselineMs: spec.phases.baseline,
    duringMs: spec.phases.during,
    settleMs: spec.phases.settle,
    recovery: { withinMs: spec.phases.recovery.within, holdMs: spec.phases.recovery.hold },
  },
  onBroken: spec.onBroken,
  hypothesis: spec.hypothesis.map(toExpectation),
  faults: spec.faults.map(toFault),
  limits: {
    services: spec.limits.services,
    callers: spec.limits.callers,
    harm: spec.limits.harm,
    leak: spec.limits.leak,
    requests: spec.limits.requests ?? null,
    deadlineMs: spec.limits.deadline,
  },
  halt: spec.halt.map(toGuardrail),
});
