/**
 * Agents that a plan selects. The same seed picks the same instances, and a larger share contains a smaller share: each
 * instance draws a number for each service, and the lowest draws are taken.
 */

import type { HowMany, Labels } from "../mesh/selector.ts";
import type { Target } from "../mesh/targets.ts";
import {
  type AgentBoot,
  carrierOf,
  type EdgeId,
  edgeAt,
  edgeEnds,
  edgeIdOf,
  type FaultId,
  faultId,
  type Instance,
  type ServiceName,
  spellEdge,
} from "../names.ts";
import { ownProperty } from "../own-property.ts";
import type { ProbeAction } from "../probes/index.ts";
import { chance } from "../statistics/random.ts";
import type { Plan, PlannedFault } from "./plan.ts";

/** Agent that a run involves. */
export interface AgentRef {
  readonly instance: Instance;
  readonly boot: AgentBoot;
  /** Faults of the plan that this agent is ever sent; absent: all. None: the agent only counts for expectations. */
  readonly faults?: readonly FaultId[];
  /** Agent that left, and whose place among a number of chosen instances this agent takes; absent: none. */
  readonly replaces?: AgentBoot;
}
/** True: the agent is sent this fault of the plan. */
export const holdsFault = ({ faults }: AgentRef, id: FaultId): boolean => faults === undefined || faults.includes(id);
/** Agent process with the data that matters for picking. */
export interface Candidate {
  readonly instance: Instance;
  readonly boot: AgentBoot;
  /** null: the agent stands for every caller, and every callee, of the edges that it serves. */
  readonly service: ServiceName | null;
  /** Labels of the agent, without those of its service. */
  readonly labels: Labels;
  /** Edges that the agent serves. */
  readonly edges: readonly EdgeId[];
  /** Services whose processes the agent can strike; absent: none. */
  readonly processes?: readonly ServiceName[];
  /** True: the kernel redirects connections to the agent; absent: it does not. */
  readonly intercepts?: boolean;
}

/** True: the labels are met, by an instance's own labels or else by labels inherited from the service. */
const has = (own: Labels, { labels, inherited }: { readonly labels: Labels; readonly inherited: Labels }): boolean =>
  Object.entries(labels).every(([key, value]) =>
    Object.hasOwn(own, key) ? own[key] === value : Object.hasOwn(inherited, key) && inherited[key] === value,
  );

/** Number of instances to take out of `there`; a share takes at least 1 where there is any. */
export const takenOf = (wanted: HowMany | null, there: number): number => {
  if (wanted === null) return there;
  if ("count" in wanted) return Math.min(there, wanted.count);
  // A hair less, so that 30% of ten is three and not four.
  return Math.min(there, Math.max(0, Math.ceil(wanted.share * there - 1e-9)));
};

const serves = ({ service, edges }: Candidate, edge: EdgeId): boolean =>
  edges.includes(edge) && (service === null || service === carrierOf(edge));

/** Agents on a target that match the labels, regardless of the wanted number. */
export const meantOn = ({ edge, callers }: Target, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.filter(
    (candidate) => serves(candidate, edge) && (callers === undefined || has(candidate.labels, callers)),
  );

/**
 * Agents on a target that are struck. Two processes of the same instance, as in an upgrade, count as a single instance.
 */
const struckOn = (target: Target, candidates: readonly Candidate[], seed: number): readonly Candidate[] => {
  const meant = meantOn(target, candidates);
  const wanted = target.callers?.instances ?? null;
  if (wanted === null) return meant;
  const [service] = edgeEnds(target.edge);
  const drawn = [...new Set(meant.map(({ instance }) => instance))]
    .map((instance) => ({ instance, draw: chance(seed, "instance", service, instance) }))
    .sort((a, b) => a.draw - b.draw || (a.instance < b.instance ? -1 : 1));
  const taken = new Set(drawn.slice(0, takenOf(wanted, drawn.length)).map(({ instance }) => instance));
  return meant.filter(({ instance }) => taken.has(instance));
};

/** True: the agent can strike the fault's process, or the fault strikes none. */
const canStrike = ({ processes = [] }: Candidate, { service }: Pick<PlannedFault, "service">): boolean =>
  service === undefined || processes.includes(service);

const edgesOf = ({ kind, params }: ProbeAction): readonly EdgeId[] => {
  if (kind === "traffic") return [edgeIdOf(params)];
  return kind === "ratio" ? [edgeIdOf(params.of), edgeIdOf(params.per)] : [];
};
/** The edges whose traffic agents count for the expectations and guardrails of a plan. */
export const watchedEdges = ({ expectations, guardrails }: Plan): readonly EdgeId[] => [
  ...new Set([...expectations, ...guardrails].flatMap(({ probe }) => edgesOf(probe))),
];

/** Agent that holds all faults of the plan: the list of faults is omitted. */
const refOf = ({ instance, boot }: Candidate, held: readonly FaultId[], all: ReadonlySet<FaultId>): AgentRef =>
  new Set(held).size === all.size ? { instance, boot } : { instance, boot, faults: held };

const pick = (
  plan: Plan,
  candidates: readonly Candidate[],
  strikes: (target: Target, id: FaultId) => readonly Candidate[],
): readonly AgentRef[] => {
  const watched = watchedEdges(plan);
  const targets = plan.faults.flatMap((fault) =>
    fault.targets.map((target) => {
      const id = faultId(plan.run, fault.name, target.edge);
      return { id, struck: strikes(target, id).filter((candidate) => canStrike(candidate, fault)) };
    }),
  );
  const all = new Set(targets.map(({ id }) => id));
  return candidates.flatMap((candidate) => {
    const held = targets.filter(({ struck }) => struck.includes(candidate)).map(({ id }) => id);
    const looks = watched.some((edge) => serves(candidate, edge));
    return held.length > 0 || looks ? [refOf(candidate, held, all)] : [];
  });
};

/**
 * Every agent that the run involves, with the faults that the agent holds: the agents that serve a struck or watched
 * edge. Pure and without memory; `ready` of the journal records the result.
 */
export const pickAgents = (plan: Plan, candidates: readonly Candidate[], seed = plan.seed): readonly AgentRef[] =>
  pick(plan, candidates, (target) => struckOn(target, candidates, seed));

const spellLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
/** Reason why a run cannot begin with the agents that are there. */
export interface Lack {
  readonly reason: string;
  /** Service beside which an agent with the redirect is missing; null: any agent would do. */
  readonly redirectBeside: ServiceName | null;
}
const nobodyOn = ({ edge, callers }: Target): Lack => {
  const labels = spellLabels(callers?.labels ?? {});
  return lackOn(edge, `no agent ${labels === "" ? "" : `with ${labels} `}serves ${spellEdge(edge)}`);
};
/** At the callee, only an agent with the redirect is given an edge. */
const lackOn = (edge: EdgeId, reason: string): Lack => {
  if (edgeAt(edge) === "caller") return { reason, redirectBeside: null };
  const service = carrierOf(edge);
  const remedy = `start an agent on the machine of ${service} with \`--service ${service} --intercept\``;
  return { reason: `${reason}: ${remedy}`, redirectBeside: service };
};
const nobodyResets = ({ edge }: Target): Lack => ({
  reason: `no agent with the redirect serves ${spellEdge(edge)}, and \`existing: reset\` needs the redirect: start the agent of ${carrierOf(edge)} with \`--intercept\`, or leave \`existing\` out`,
  redirectBeside: carrierOf(edge),
});
/**
 * Lack of agents that keeps a run from beginning; null: the run can begin. Each fault needs an agent on every edge
 * that the fault has to hit, or on at least a single edge where some edge is enough; each edge whose traffic counts
 * needs an agent that counts the traffic.
 */
export const lackOf = (plan: Plan, candidates: readonly Candidate[]): Lack | null => {
  const faults = plan.mode === "baseline" ? [] : plan.faults;
  for (const fault of faults) {
    const { targets, hits, service } = fault;
    const able = candidates.filter((candidate) => canStrike(candidate, fault));
    if (service !== undefined && able.length === 0)
      return { reason: `no agent has a hand on the process of ${service}`, redirectBeside: null };
    const bare = targets.filter((target) => struckOn(target, able, plan.seed).length === 0);
    const [first] = bare;
    if (first !== undefined && (hits.edges === "every" || bare.length === targets.length)) return nobodyOn(first);
    const resetting = fault.existing === undefined ? able : able.filter(({ intercepts }) => intercepts === true);
    const unreset = targets.find((target) => !bare.includes(target) && meantOn(target, resetting).length === 0);
    if (unreset !== undefined) return nobodyResets(unreset);
  }
  const blind = watchedEdges(plan).find((edge) => !candidates.some((candidate) => serves(candidate, edge)));
  return blind === undefined
    ? null
    : lackOn(blind, `no agent serves ${spellEdge(blind)}, whose traffic is to be counted`);
};

/** Agents of a run, and those of them that left. */
export interface Members {
  readonly agents: readonly AgentRef[];
  readonly left: Readonly<Record<AgentBoot, number>>;
}
const NO_MEMBERS: Members = { agents: [], left: {} };

/**
 * Reference of an agent that joins in mid-run; null: the run does not involve the agent. Where a number of instances
 * was wanted, the instances that were chosen at the start stay the chosen instances; a newcomer takes the place of a
 * chosen instance that left, of its own name before all.
 */
export const joinerOf = (plan: Plan, candidate: Candidate, { agents, left } = NO_MEMBERS): AgentRef | null => {
  if (plan.static === true) return null;
  const vacant = agents.filter(
    ({ boot }) => ownProperty(left, boot) !== undefined && !agents.some(({ replaces }) => replaces === boot),
  );
  const former = vacant.find(({ instance }) => instance === candidate.instance) ?? vacant[0] ?? null;
  const isTaken = (target: Target, id: FaultId) =>
    (target.callers?.instances ?? null) === null || (former !== null && holdsFault(former, id));
  const strikes = (target: Target, id: FaultId) => (isTaken(target, id) ? meantOn(target, [candidate]) : []);
  const [joiner] = pick(plan, [candidate], strikes);
  if (joiner === undefined) return null;
  const isChosen = plan.faults.some(({ name, targets }) =>
    targets.some((target) => {
      const id = faultId(plan.run, name, target.edge);
      return (target.callers?.instances ?? null) !== null && strikes(target, id).length > 0;
    }),
  );
  return isChosen ? { ...joiner, replaces: former!.boot } : joiner;
};
