/**
 * Objections of the policies to a plan: every objection at once, in words for the actor that wants to start the plan.
 */

import { type Issue, quote } from "../document/issue.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { Selector } from "../mesh/selector.ts";
import { serviceOf } from "../mesh/targets.ts";
import { type EdgeId, edgeEnds, type ServiceName, spellEdge } from "../names.ts";
import type { Plan, PlannedFault } from "../plan/plan.ts";
import { closesWithin, formatLocal, formatWindow, freezesWithin, type Span } from "../schedule/window.ts";
import { list } from "../text/words.ts";
import { formatShare } from "../units/share.ts";
import type { Actor, EdgeScope, Policy } from "./policy.ts";

/** Question to the policies: a plan of this actor on this mesh, whose run begins at `atMs` (Unix). */
export interface PolicyQuestion {
  readonly plan: Plan;
  readonly mesh: Mesh;
  readonly by: Actor;
  readonly atMs: number;
}
/** A freeze that is on. */
export interface ActiveFreeze {
  /** Name of the policy. */
  readonly policy: string;
  readonly reason: string;
  /** Unix ms at which the freeze ends. */
  readonly untilMs: number;
  readonly who: Policy["who"];
  readonly where: readonly EdgeScope[] | null;
}

const binds = (who: Policy["who"], { name, role }: Actor): boolean =>
  who === null || who.roles.includes(role) || who.tokens.includes(name);

const isMeant = (selector: Selector, service: ServiceName, mesh: Mesh): boolean => {
  if (typeof selector === "string") return selector === "*" || selector === service;
  const labels = serviceOf(mesh, service)?.labels ?? {};
  return Object.entries(selector.labels).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
};
const isAbout = (where: readonly EdgeScope[] | null, edge: EdgeId, mesh: Mesh): boolean => {
  const [from, to] = edgeEnds(edge);
  return where === null || where.some((each) => isMeant(each.from, from, mesh) && isMeant(each.to, to, mesh));
};
const edgesOf = ({ targets }: PlannedFault): readonly EdgeId[] => [...new Set(targets.map(({ edge }) => edge))];
/** The edges that a plan may touch; a run of the baseline alone touches none. */
const touched = ({ faults, mode }: Plan): readonly EdgeId[] =>
  mode === "baseline" ? [] : [...new Set(faults.flatMap(edgesOf))];

const arrows = (edges: readonly EdgeId[]): string => list(edges.map(spellEdge));

const ofProtected = (policy: Policy, fault: PlannedFault): string[] => {
  const edges = edgesOf(fault).filter((edge) => edgeEnds(edge).some((service) => policy.protected.includes(service)));
  if (edges.length === 0) return [];
  const services = policy.protected.filter((name) => edges.some((edge) => edgeEnds(edge).includes(name)));
  return [`the policy ${quote(policy.name)} protects ${list(services)}: no fault may touch ${arrows(edges)}`];
};

type Grant = Policy & { readonly allow: NonNullable<Policy["allow"]> };
const allowsKind = ({ allow }: Grant, { action }: PlannedFault): boolean =>
  allow.faults === null || allow.faults.includes(action.kind);

/**
 * Reason why no grant allows a fault on an edge, where grants exist; null: a grant allows the fault, or there is no
 * grant.
 */
const whyNot = (grants: readonly Grant[], fault: PlannedFault): string | null => {
  if (grants.length === 0) return null;
  const wanted = Math.max(...fault.share.steps);
  const ofKind = grants.filter((grant) => allowsKind(grant, fault));
  if (ofKind.some(({ allow }) => wanted <= allow.share)) return null;
  const names = (of: readonly Grant[]) =>
    `${of.length === 1 ? "the policy" : "the policies"} ${list(of.map(({ name }) => quote(name)))}`;
  const verb = (of: readonly Grant[]) => (of.length === 1 ? "allows" : "allow");
  if (ofKind.length > 0) {
    const most = Math.max(...ofKind.map(({ allow }) => allow.share));
    return `${names(ofKind)} ${verb(ofKind)} ${formatShare(most)} of the requests at most, not ${formatShare(wanted)}`;
  }
  const kinds = [...new Set(grants.flatMap(({ allow }) => allow.faults ?? []))];
  return `${names(grants)} ${verb(grants)} ${kinds.length === 0 ? "no fault" : `only ${list(kinds)}`}`;
};
const ofGrants = (policies: readonly Policy[], fault: PlannedFault, mesh: Mesh): string[] => {
  const grants = policies.filter((policy): policy is Grant => policy.allow !== null);
  const edgesByReason = new Map<string, EdgeId[]>();
  for (const edge of edgesOf(fault)) {
    const why = whyNot(
      grants.filter(({ where }) => isAbout(where, edge, mesh)),
      fault,
    );
    if (why !== null) edgesByReason.set(why, [...(edgesByReason.get(why) ?? []), edge]);
  }
  return [...edgesByReason].map(([why, edges]) => `${why}, on ${arrows(edges)}`);
};

/** Span from the beginning of a run until the last fault is gone. */
const spanOf = ({ phases }: Plan, atMs: number): Span => ({
  fromMs: atMs,
  toMs: atMs + phases.warmupMs + phases.baselineMs + phases.duringMs,
});
const ofTimes = (policy: Policy, { plan, mesh, atMs }: PolicyQuestion): string[] => {
  const edges = touched(plan).filter((edge) => isAbout(policy.where, edge, mesh));
  if (edges.length === 0) return [];
  const { name, windows, timeZone, freezes } = policy;
  const span = spanOf(plan, atMs);
  const frozen = freezesWithin(freezes, timeZone, span).map(
    ({ reason, untilMs }) =>
      `the policy ${quote(name)} freezes ${arrows(edges)} until ${formatLocal(untilMs, timeZone)} (${timeZone}): ${reason}`,
  );
  const closedMs = closesWithin(windows, timeZone, span);
  if (closedMs === null) return frozen;
  const open = windows.map(formatWindow).join("; ");
  const when = closedMs === atMs ? "it is" : "before the faults are over it will be";
  return [
    ...frozen,
    `the policy ${quote(name)} allows faults on ${arrows(edges)} only ${open} (${timeZone}): ${when} ${formatLocal(closedMs, timeZone)}`,
  ];
};

/** Reasons why this plan may not run; empty: the plan may run. No policy: everything is allowed. */
export const judgePolicies = (policies: readonly Policy[], judged: PolicyQuestion): Issue[] => {
  const { plan, mesh, by } = judged;
  if (touched(plan).length === 0) return [];
  const binding = policies.filter(({ who }) => binds(who, by));
  const ofFaults = plan.faults.flatMap((fault, i) =>
    [...binding.flatMap((policy) => ofProtected(policy, fault)), ...ofGrants(binding, fault, mesh)].map(
      (message): Issue => ({ path: ["spec", "faults", i], message }),
    ),
  );
  const ofTime = binding.flatMap((policy) => ofTimes(policy, judged)).map((message): Issue => ({ path: [], message }));
  return [...ofFaults, ...ofTime];
};

/** The freezes that are active at an instant (Unix ms), regardless of actor and edges. */
export const frozenAt = (policies: readonly Policy[], atMs: number): ActiveFreeze[] =>
  policies.flatMap(({ name, who, where, freezes, timeZone }) =>
    freezesWithin(freezes, timeZone, { fromMs: atMs, toMs: atMs }).map((on) => ({ policy: name, who, where, ...on })),
  );
/** True: an active freeze forbids this plan to this actor. */
export const isFrozen = ({ who, where }: ActiveFreeze, { plan, mesh, by }: Omit<PolicyQuestion, "atMs">): boolean =>
  binds(who, by) && touched(plan).some((edge) => isAbout(where, edge, mesh));
