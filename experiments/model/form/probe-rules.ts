/** Rules of an expectation or a guardrail beyond well-formed fields. */

import type { z } from "zod";
import type { DocumentPath, Issue } from "../document/issue.ts";
import { entriesOf } from "../plan/probe-path.ts";
import { probeKinds, probeSpecOf } from "../probes/index.ts";
import { formatDuration } from "../units/duration.ts";
import { phasesOf, probeActionOf, styleOfProbe } from "./build.ts";
import { expectation, guardrail } from "./expectation.ts";
import type { phases } from "./experiment.ts";
import { matchIssues } from "./match-rules.ts";
import { oneKind, part } from "./one-kind.ts";

type Phases = z.output<typeof phases>;
type ExpectationForm = z.output<typeof expectation>;
type GuardrailForm = z.output<typeof guardrail>;

/** Issues for keys of `good` that have no meaning for this probe's samples. */
const ofGood = (form: ExpectationForm | GuardrailForm, path: DocumentPath): Issue[] => {
  const { kind } = probeActionOf(form);
  const { criteria } = probeSpecOf(kind);
  const idle = Object.keys(form.good).filter((key) => key !== "error" && !criteria.includes(key));
  const issues: Issue[] = idle.map((key) => ({
    path: [...path, "good", key],
    at: "key",
    message: `\`${key}\` means nothing for ${kind}; it has ${criteria.join(", ")}`,
  }));
  // A fault that answers at once with an error would keep such an expectation.
  if (kind === "http" && Object.keys(form.good).join() === "within")
    issues.push({ path: [...path, "good"], message: "a fast error would be good too: add a `status`, such as 2xx" });
  return issues;
};

const ofObjective = (form: ExpectationForm, path: DocumentPath): Issue[] => {
  const { objective, eventually, when, worst } = form;
  if (eventually !== undefined && objective !== undefined)
    return [{ path: [...path, "objective"], at: "key", message: "give either `objective` or `eventually`" }];
  if (eventually !== undefined && worst !== undefined)
    return [{ path: [...path, "worst"], at: "key", message: "`worst` goes with an objective, not with `eventually`" }];
  const style = styleOfProbe(probeActionOf(form));
  if (eventually === undefined && objective === undefined && style !== "poll")
    return [{ path, message: "missing `objective`: the least share of good samples, such as 99%" }];
  if (typeof objective !== "object" || when === undefined) return [];
  const phasesMeant = phasesOf(form);
  return Object.keys(objective)
    .filter((phase) => !phasesMeant.some((each) => each === phase))
    .map(
      (phase) => ({ path: [...path, "objective", phase], at: "key", message: `\`when\` leaves ${phase} out` }) as const,
    );
};

/** Requests that a `traffic` probe counts. */
const ofRequests = (form: ExpectationForm | GuardrailForm, path: DocumentPath): Issue[] => {
  const { kind, params } = probeActionOf(form);
  return kind === "traffic" && params.match !== undefined ? matchIssues(params.match, [...path, kind, "match"]) : [];
};

/** No exchange is treated before the fault is live or after the fault is gone. */
const ofTreated = (form: ExpectationForm, path: DocumentPath): Issue[] => {
  const { kind, params } = probeActionOf(form);
  if (!("of" in params) || params.of !== "treated" || phasesOf(form).join() === "during") return [];
  return [{ path: [...path, kind, "of"], message: "only `during` has treated traffic: add `when: during`" }];
};

/** Longest time that a phase counts. */
const lengthOf = (phase: Phases) => ({
  baseline: phase.baseline,
  during: phase.during,
  recovery: phase.recovery.within + phase.recovery.hold,
});
const ofEventually = (form: ExpectationForm, phase: Phases, path: DocumentPath): Issue[] => {
  const { eventually } = form;
  if (eventually === undefined) return [];
  const short = phasesOf(form).find((each) => lengthOf(phase)[each] < eventually);
  if (short === undefined) return [];
  const message = `${short} takes ${formatDuration(lengthOf(phase)[short])}, less than ${formatDuration(eventually)}`;
  return [{ path: [...path, "eventually"], message }];
};

/**
 * A service must answer the samples beside the hits: without an entry into the mesh, the answering service is unknown.
 */
const ofExposure = (form: ExpectationForm, path: DocumentPath): Issue[] => {
  if (form.exposure !== "bystander") return [];
  const probe = probeActionOf(form);
  if (entriesOf(probe).length > 0) return [];
  const message =
    probe.kind === "ratio"
      ? "`bystander` needs samples that a service answers, and a ratio has none"
      : "`bystander` needs to know which service answers: name it in `via`";
  return [{ path: [...path, "exposure"], message }];
};

/** `phase`: null when the phases themselves are not well formed. */
export const expectationIssues = (raw: unknown, phase: Phases | null, path: DocumentPath): Issue[] => {
  const kinds = oneKind(raw, probeKinds, "probe", path);
  const form = part(expectation, raw);
  if (form === null || kinds.length > 0) return kinds;
  return [
    ...ofGood(form, path),
    ...ofObjective(form, path),
    ...ofTreated(form, path),
    ...ofRequests(form, path),
    ...ofExposure(form, path),
    ...(phase === null ? [] : ofEventually(form, phase, path)),
  ];
};

export const guardrailIssues = (raw: unknown, path: DocumentPath): Issue[] => {
  const kinds = oneKind(raw, probeKinds, "probe", path);
  const form = part(guardrail, raw);
  if (form === null || kinds.length > 0) return kinds;
  const issues = ofGood(form, path);
  if (form.trip.bad > form.trip.of)
    issues.push({
      path: [...path, "trip", "bad"],
      message: `expected at most \`of\` (${form.trip.of}), got ${form.trip.bad}`,
    });
  const { kind, params } = probeActionOf(form);
  if (kind === "http" && (params.of ?? "all") !== "all")
    issues.push({
      path: [...path, "http", "of"],
      at: "key",
      message: "a guardrail trips by each sample as it comes: which of them a fault hit is known later",
    });
  if (kind === "traffic")
    issues.push({
      path: [...path, "traffic"],
      at: "key",
      message: "a guardrail samples from time to time: use ratio, prometheus, http, tcp or process",
    });
  return issues;
};
