/** Rules of an experiment beyond well-formed fields. The rules check every part that could be read. */

import type { z } from "zod";
import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import { faultKinds } from "../faults/index.ts";
import { isProcessFaultKind } from "../faults/scope.ts";
import { formatDuration } from "../units/duration.ts";
import { kindsIn } from "./build.ts";
import { limits, phases } from "./experiment.ts";
import { faultIssues } from "./fault-rules.ts";
import { part } from "./one-kind.ts";
import { expectationIssues, guardrailIssues } from "./probe-rules.ts";

type Phases = z.output<typeof phases>;

const entries = (raw: unknown): readonly unknown[] => (Array.isArray(raw) ? raw : []);

const twice = (names: readonly { readonly name: unknown; readonly path: DocumentPath }[]): Issue[] => {
  const seen = new Set<unknown>();
  return names.flatMap(({ name, path }) => {
    const again = typeof name === "string" && seen.has(name);
    seen.add(name);
    return again ? [{ path, message: `the name ${quote(name)} is used twice` }] : [];
  });
};

const ofPhases = ({ settle, during, baseline, recovery }: Phases): Issue[] => {
  const path = ["spec", "phases"];
  const issues: Issue[] = [];
  if (during <= 0)
    issues.push({ path: [...path, "during"], message: "expected more than 0s: nothing is injected otherwise" });
  if (baseline <= 0)
    issues.push({
      path: [...path, "baseline"],
      message: "expected more than 0s: without a steady state nothing can be broken",
    });
  if (during > 0 && settle >= during)
    issues.push({
      path: [...path, "settle"],
      message: `expected less than \`during\` (${formatDuration(during)}), of which it is a part`,
    });
  if (recovery.hold > recovery.within)
    issues.push({
      path: [...path, "recovery", "hold"],
      message: `expected at most \`within\` (${formatDuration(recovery.within)}), got ${formatDuration(recovery.hold)}`,
    });
  return issues;
};

const longest = ({ warmup, baseline, during, recovery }: Phases) =>
  warmup + baseline + during + recovery.within + recovery.hold;
const ofDeadline = (phase: Phases, deadline: number): Issue[] => {
  const sum = longest(phase);
  if (deadline >= sum) return [];
  const message = `the deadline of ${formatDuration(deadline)} is shorter than all phases together, ${formatDuration(sum)}`;
  return [{ path: ["spec", "limits", "deadline"], message }];
};

/** A cap spares requests; nobody is spared by a process that is away. */
const ofCap = (faults: readonly unknown[], requests: number | undefined): Issue[] => {
  const isOnService = (raw: unknown) =>
    typeof raw === "object" && raw !== null && kindsIn(raw, faultKinds).some(isProcessFaultKind);
  if (requests === undefined || !faults.some(isOnService)) return [];
  const message =
    "no cap spares a request once the process of a service is away: leave it out, and bound such a fault by `for`";
  return [{ path: ["spec", "limits", "requests"], at: "key", message }];
};

/**
 * Header names have no case: of two names that differ only in case, one would be lost. Keys inside a JSON body are no
 * headers.
 */
const ofHeaders = (value: unknown, path: DocumentPath): Issue[] => {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]): Issue[] => {
    const here = [...path, Array.isArray(value) ? Number(key) : key];
    if (key === "json") return [];
    if (key !== "headers" || typeof inner !== "object" || inner === null) return ofHeaders(inner, here);
    const names = Object.keys(inner);
    return names
      .filter((name, i) => names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < i)
      .map((name) => ({ path: [...here, name], at: "key", message: `the header ${quote(name)} is written twice` }));
  });
};

/** `value`: the document as written. */
export const experimentIssues = (value: unknown): Issue[] => {
  const spec = fieldOf(value, "spec");
  const list = (key: string) =>
    entries(fieldOf(spec, key)).map((raw, i) => ({ raw, path: ["spec", key, i], name: fieldOf(raw, "name") }));
  const [hypothesis, faults, halt] = [list("hypothesis"), list("faults"), list("halt")];
  const phase = part(phases, fieldOf(spec, "phases") ?? {});
  const limit = part(limits, fieldOf(spec, "limits") ?? {});
  const named = ({ name, path }: { name: unknown; path: DocumentPath }) => ({ name, path: [...path, "name"] });
  return [
    ...(phase === null ? [] : ofPhases(phase)),
    ...(phase === null || limit === null ? [] : ofDeadline(phase, limit.deadline)),
    ...hypothesis.flatMap(({ raw, path }) => expectationIssues(raw, phase, path)),
    ...faults.flatMap(({ raw, path }) => faultIssues(raw, phase, path)),
    ...halt.flatMap(({ raw, path }) => guardrailIssues(raw, path)),
    ...(limit === null ? [] : ofCap(entries(fieldOf(spec, "faults")), limit.requests)),
    ...ofHeaders(spec, ["spec"]),
    ...twice(faults.map(named)),
    // Tallies are named after the counted expectation or guardrail: the two may not share a name.
    ...twice([...hypothesis, ...halt].map(named)),
  ];
};
