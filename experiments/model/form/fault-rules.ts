/** Rules of a fault beyond well-formed fields. */

import type { z } from "zod";
import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { nearest } from "../document/suggestion.ts";
import { faultKinds } from "../faults/index.ts";
import { isProcessFaultKind, unitOf } from "../faults/scope.ts";
import { match } from "../match/match.ts";
import { formatDuration } from "../units/duration.ts";
import { faultActionOf, kindsIn } from "./build.ts";
import { exampleAt } from "./examples.ts";
import type { phases } from "./experiment.ts";
import { fault } from "./fault.ts";
import { matchIssues } from "./match-rules.ts";
import { oneKind, part } from "./one-kind.ts";
import { meantBy } from "./synonyms.ts";

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

const PLACE = "faults.[]";
/** True: a key of the entry stands for `edge` or `service`, and is told as an unknown key. */
const isPlaceTold = (raw: object): boolean =>
  Object.keys(raw).some((key) => {
    const meant = nearest(key, ["edge", "service"]) ?? meantBy(key, PLACE)?.suggestion;
    return meant === "edge" || meant === "service";
  });
/** A fault strikes an edge, or the process of a service: told even where other fields are wrong. */
const ofPlace = (raw: unknown, path: DocumentPath): Issue[] => {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return [];
  const kinds = kindsIn(raw, faultKinds);
  const isOnService = kinds.length === 1 && isProcessFaultKind(kinds[0]!);
  const [wanted, other] = isOnService ? ["service", "edge"] : ["edge", "service"];
  if (Object.hasOwn(raw, other!) && kinds.length === 1) {
    const message = isOnService
      ? `${kinds[0]} strikes the process of a service, for all of its callers: name it by \`service\` in place of \`edge\``
      : `${kinds[0]} strikes the traffic of an edge: name it by \`edge\` in place of \`service\``;
    return [{ path: [...path, other!], at: "key", message }];
  }
  if (Object.hasOwn(raw, wanted!) || Object.hasOwn(raw, other!) || isPlaceTold(raw)) return [];
  const message = `missing \`${wanted}\`, such as \`${wanted}: ${exampleAt(`${PLACE}.${wanted}`)}\``;
  return [{ path: [...path, wanted!], message }];
};

/** Faults on a process have no requests to choose among, and act on the whole service. */
const ofProcess = (form: FaultForm, path: DocumentPath): Issue[] => {
  const { kind } = faultActionOf(form);
  if (!isProcessFaultKind(kind)) return [];
  const issue = (key: string, message: string): Issue => ({ path: [...path, key], at: "key", message });
  const issues: Issue[] = [];
  if (form.match !== undefined && Object.keys(form.match).length > 0)
    issues.push(issue("match", `${kind} strikes a whole process: it cannot match requests`));
  if (form.share !== 1) issues.push(issue("share", `${kind} strikes a whole process: it has no share of the requests`));
  if (form.existing !== undefined)
    issues.push(
      issue("existing", `${kind} strikes a whole process, with all of its connections: leave \`existing\` out`),
    );
  if (form.stealth) issues.push(issue("stealth", `${kind} answers no request: there is no header to leave out`));
  if (form.pulse !== undefined && kind !== "pause")
    issues.push(issue("pulse", `${kind} does not last: ${kind === "kill" ? "use `every` of kill" : "leave it out"}`));
  return issues;
};

/** Instances of a caller are told apart by the agent beside each of them: an agent at the callee stands beside none. */
const ofCallee = ({ edge }: FaultForm, path: DocumentPath): Issue[] => {
  if (edge?.at !== "callee" || typeof edge.from === "string") return [];
  const { labels, instances } = edge.from;
  return Object.entries({ labels, instances }).flatMap(([key, value]): Issue[] => {
    if (value === undefined) return [];
    const message = `callers are selected by instance at the caller only: leave \`${key}\` out, or \`at: callee\``;
    return [{ path: [...path, "edge", "from", key], at: "key", message }];
  });
};

/** Looked at although other fields may be wrong. */
const ofRequests = (raw: unknown, path: DocumentPath): Issue[] => {
  const form = part(match, fieldOf(raw, "match"));
  return form === null ? [] : matchIssues(form, [...path, "match"]);
};

/** `phase`: null when the phases themselves are not well formed. */
export const faultIssues = (raw: unknown, phase: Phases | null, path: DocumentPath): Issue[] => {
  const kinds = oneKind(raw, faultKinds, "fault kind", path, Object.keys(fault.shape));
  const requests = ofRequests(raw, path);
  const places = ofPlace(raw, path);
  const form = part(fault, raw);
  if (form === null) return [...kinds, ...places, ...requests];
  const times = phase === null || phase.during <= 0 ? [] : ofTimeline(form, phase.during, path);
  if (kinds.length > 0) return [...kinds, ...places, ...requests, ...times];
  return [...places, ...requests, ...times, ...ofProcess(form, path), ...ofCallee(form, path), ...ofUnit(form, path)];
};
