/**
 * Which agents a plan means. The same seed picks the same instances, and a larger share contains a smaller one: each
 * instance draws one number a service, and the lowest are taken.
 */

import type { HowMany, Labels } from "../experiment.ts";
import {
  type Boot,
  type EdgeId,
  edgeEnds,
  type FaultId,
  faultId,
  type Instance,
  type ServiceName,
  spellEdge,
} from "../names.ts";
import type { Plan } from "../plan.ts";
import type { ProbeAction } from "../probes/index.ts";
import type { AgentRef } from "../run/event.ts";
import { chance } from "../sampling.ts";
import type { Target } from "./targets.ts";

/** An agent as far as it matters for picking: one process. */
export interface Candidate {
  readonly instance: Instance;
  readonly boot: Boot;
  /** null: it stands for every caller of the edges that it serves. */
  readonly service: ServiceName | null;
  /** Its own, without those of its service. */
  readonly labels: Labels;
  /** What it serves. */
  readonly edges: readonly EdgeId[];
}

/** Whether labels are met, by an instance's own labels or else by what its service lends it. */
const has = (own: Labels, { labels, inherited }: { readonly labels: Labels; readonly inherited: Labels }): boolean =>
  Object.entries(labels).every(([key, value]) =>
    Object.hasOwn(own, key) ? own[key] === value : Object.hasOwn(inherited, key) && inherited[key] === value,
  );

/** Of so many, how many are taken: of a share at least one where there is any. */
export const takenOf = (wanted: HowMany | null, there: number): number => {
  if (wanted === null) return there;
  if ("count" in wanted) return Math.min(there, wanted.count);
  // A hair less, so that 30% of ten is three and not four.
  return Math.min(there, Math.max(0, Math.ceil(wanted.share * there - 1e-9)));
};

const serves = ({ service, edges }: Candidate, edge: EdgeId): boolean =>
  edges.includes(edge) && (service === null || service === edgeEnds(edge)[0]);

/** The agents on one target that its labels mean, however many of them are wanted. */
export const meantOn = ({ edge, callers }: Target, candidates: readonly Candidate[]): readonly Candidate[] =>
  candidates.filter(
    (candidate) => serves(candidate, edge) && (callers === undefined || has(candidate.labels, callers)),
  );

/** The agents on one target that are struck. Two processes of one instance, as in an upgrade, count as one. */
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

const edgesOf = ({ kind, params }: ProbeAction): readonly EdgeId[] => {
  const id = ({ from, to }: { readonly from: string; readonly to: string }): EdgeId => `${from}->${to}`;
  if (kind === "traffic") return [id(params)];
  return kind === "ratio" ? [id(params.of), id(params.per)] : [];
};
/** The edges whose traffic agents count for the expectations and guardrails of a plan. */
export const watchedEdges = ({ expectations, guardrails }: Plan): readonly EdgeId[] => [
  ...new Set([...expectations, ...guardrails].flatMap(({ probe }) => edgesOf(probe))),
];

/** `all` of the plan's faults need not be named. */
const refOf = ({ instance, boot }: Candidate, held: readonly FaultId[], all: ReadonlySet<FaultId>): AgentRef =>
  new Set(held).size === all.size ? { instance, boot } : { instance, boot, faults: held };

const pick = (
  plan: Plan,
  candidates: readonly Candidate[],
  strikes: (target: Target) => readonly Candidate[],
): readonly AgentRef[] => {
  const watched = watchedEdges(plan);
  const targets = plan.faults.flatMap(({ name, targets }) =>
    targets.map((target) => ({ id: faultId(plan.run, name, target.edge), struck: strikes(target) })),
  );
  const all = new Set(targets.map(({ id }) => id));
  return candidates.flatMap((candidate) => {
    const held = targets.filter(({ struck }) => struck.includes(candidate)).map(({ id }) => id);
    const looks = watched.some((edge) => serves(candidate, edge));
    return held.length > 0 || looks ? [refOf(candidate, held, all)] : [];
  });
};

/**
 * Every agent that the run involves, with the faults that it holds: those that serve an edge which is struck or watched.
 * Pure and without memory; `ready` of the journal records what it gave.
 */
export const pickAgents = (plan: Plan, candidates: readonly Candidate[], seed = plan.seed): readonly AgentRef[] =>
  pick(plan, candidates, (target) => struckOn(target, candidates, seed));

const spellLabels = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(", ");
const nobodyOn = ({ edge, callers }: Target): string => {
  const labels = spellLabels(callers?.labels ?? {});
  return `no agent ${labels === "" ? "" : `with ${labels} `}serves ${spellEdge(edge)}`;
};
/**
 * Why a run cannot begin with these agents; null: it can. Each fault needs one on every edge that it has to hit, or on
 * one of them where some edge is enough; each edge whose traffic counts needs one that counts it.
 */
export const lackOf = (plan: Plan, candidates: readonly Candidate[]): string | null => {
  const faults = plan.mode === "baseline" ? [] : plan.faults;
  for (const { targets, hits } of faults) {
    const bare = targets.filter((target) => struckOn(target, candidates, plan.seed).length === 0);
    const [first] = bare;
    if (first !== undefined && (hits.edges === "every" || bare.length === targets.length)) return nobodyOn(first);
  }
  const blind = watchedEdges(plan).find((edge) => !candidates.some((candidate) => serves(candidate, edge)));
  return blind === undefined ? null : `no agent serves ${blind}, whose traffic is to be counted`;
};

/**
 * An agent that appears in mid-run, as it joins; null: nothing of the run is its business. Where a number of instances
 * was wanted, those that were chosen stay the chosen ones.
 */
export const joinerOf = (plan: Plan, candidate: Candidate): AgentRef | null => {
  if (plan.static === true) return null;
  const open = (target: Target) => (target.callers?.instances ?? null) === null;
  const [joiner] = pick(plan, [candidate], (target) => (open(target) ? meantOn(target, [candidate]) : []));
  return joiner ?? null;
};
