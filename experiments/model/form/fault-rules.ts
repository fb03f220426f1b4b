/** Rules of a fault beyond well-formed fields. */

import type { z } from "zod";
import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { faultKinds } from "../faults/index.ts";
import { unitOf } from "../faults/scope.ts";
import { match } from "../match/match.ts";
import { formatDuration } from "../units/duration.ts";
import { faultActionOf } from "./build.ts";
import type { phases } from "./experiment.ts";
import { fault } from "./fault.ts";
import { matchIssues } from "./match-rules.ts";
import { oneKind, part } from "./one-kind.ts";

type Phases = z.output<typeof phases>;
type FaultForm = z.output<typeof fault>;

/** Times at which a fault is live must lie within `during`. */
const ofTimeline = (form: FaultForm, during: number, path: DocumentPath): Issue[] => {
  const issues: Issue[] = [];
  const { start, pulse, share } = form;
  if (start >= during)
    issues.push({
      path: [...path, "start"],
      message: `expected less than \`during\` (${formatDuration(during)}), got ${formatDuration(start)}`,
    });
  else if (form.for !== undefined && start + form.for > during) {
    const end = formatDuration(start + form.for);
    issues.push({
      path: [...path, "for"],
      message: `ends at ${end}, after \`during\` (${formatDuration(during)}) is over`,
    });
  }
  const live = Math.max(0, form.for ?? during - start);
  if (typeof share === "object" && "steps" in share && (share.steps.length - 1) * share.each >= live)
    issues.push({
      path: [...path, "share", "steps"],
      message: `the last step would begin after ${formatDuration((share.steps.length - 1) * share.each)}, but the fault is live for ${formatDuration(live)}`,
    });
  if (pulse !== undefined && pulse.live >= live)
    issues.push({
      path: [...path, "pulse", "live"],
      message: `expected less than the ${formatDuration(live)} that the fault is live, got ${formatDuration(pulse.live)}`,
    });
  return issues;
};

/** Faults that strike whole connections cannot inspect requests. */
const ofUnit = (form: FaultForm, path: DocumentPath): Issue[] => {
  const action = faultActionOf(form);
  if (unitOf(action) !== "connection") return [];
  const issues: Issue[] = [];
  if (form.match !== undefined && Object.keys(form.match).length > 0)
    issues.push({
      path: [...path, "match"],
      at: "key",
      message: `${action.kind} strikes whole connections: it cannot match requests`,
    });
  if (typeof form.share === "object" && form.share.by !== "request" && form.share.by !== "connection")
    issues.push({
      path: [...path, "share", "by"],
      message: `${action.kind} strikes whole connections: its share is drawn by connection, got ${quote(form.share.by)}`,
    });
  return issues;
};

/** Looked at although other fields may be wrong. */
const ofRequests = (raw: unknown, path: DocumentPath): Issue[] => {
  const form = part(match, fieldOf(raw, "match"));
  return form === null ? [] : matchIssues(form, [...path, "match"]);
};

/** `phase`: null when the phases themselves are not well formed. */
export const faultIssues = (raw: unknown, phase: Phases | null, path: DocumentPath): Issue[] => {
  const kinds = oneKind(raw, faultKinds, "fault kind", path);
  const requests = ofRequests(raw, path);
  const form = part(fault, raw);
  if (form === null) return [...kinds, ...requests];
  const times = phase === null || phase.during <= 0 ? [] : ofTimeline(form, phase.during, path);
  return [...kinds, ...requests, ...times, ...(kinds.length > 0 ? [] : ofUnit(form, path))];
};
