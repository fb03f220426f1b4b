/**
 * Impact of a run in a sentence, the same wherever a run is about to be started: the faults, the targets, and the
 * services declared to be affected.
 */

import { type DeclaredDamage, declaredRadius } from "../blast-radius/declared.ts";
import { MAY_WORDS } from "../blast-radius/service-state.ts";
import type { Experiment } from "../experiment/experiment.ts";
import { nounOfFault } from "../faults/index.ts";
import type { Mesh } from "../mesh/mesh.ts";
import type { EdgeSelector } from "../mesh/selector.ts";
import { type EdgeId, edgeAt, edgeEnds } from "../names.ts";
import { type Plan, type PlannedFault, type RunMode, struckEdges } from "../plan/plan.ts";
import { list } from "../text/words.ts";
import { sayDuration } from "../units/duration.ts";
import { formatShare } from "../units/share.ts";
import { describeEdge, describeRequests } from "./phrases.ts";

const fromTo = (from: string, to: string) => `from ${from} to ${to}`;
/** Most services that a phrase names: edges with more callers or callees are counted. */
const MOST_NAMED = 4;
/** All edges of a fault are at the same place. */
const placesOf = (edges: readonly EdgeId[]): string =>
  `${callsOf(edges)}${edges.some((edge) => edgeAt(edge) === "callee") ? " (at callee)" : ""}`;
const callsOf = (edges: readonly EdgeId[]): string => {
  const ends = edges.map(edgeEnds);
  const callers = [...new Set(ends.map(([from]) => from))];
  const callees = [...new Set(ends.map(([, to]) => to))];
  if (callers.length > MOST_NAMED || callees.length > MOST_NAMED) return `on ${edges.length} edges`;
  if (callers.length === 1 || callees.length === 1) return fromTo(list(callers), list(callees));
  return edges.length > MOST_NAMED ? `on ${edges.length} edges` : list(ends.map(([from, to]) => fromTo(from, to)));
};
const writtenPlace = (edge: EdgeSelector): string => {
  const [from = "", to = ""] = describeEdge(edge).split(" → ");
  return fromTo(from, to);
};

const shareOf = ({ share }: PlannedFault): string => {
  const { steps, by } = share;
  const [first, last] = [formatShare(steps[0]!), formatShare(steps.at(-1)!)];
  return `${steps.length === 1 ? first : `${first} to ${last}`}${by === "request" || by === "connection" ? "" : ` (by ${by})`}`;
};
const timesOf = ({ fromMs, toMs, pulse }: PlannedFault): string => {
  const after = fromMs === 0 ? "" : `, from ${sayDuration(fromMs)} on`;
  const turns =
    pulse === null ? "" : `, ${sayDuration(pulse.liveMs)} live and ${sayDuration(pulse.restMs)} at rest in turn`;
  return `for ${sayDuration(toMs - fromMs)}${turns}${after}`;
};
const ofFault = (fault: PlannedFault, place: string): string => {
  if (fault.service !== undefined) return `${nounOfFault(fault.action)} of ${fault.service} ${timesOf(fault)}`;
  const unit = fault.unit === "connection" ? "connections" : "requests";
  return `${nounOfFault(fault.action)} on ${shareOf(fault)} of ${describeRequests(fault.match, unit)} ${place} ${timesOf(fault)}`;
};

const ofRadius = (declared: readonly DeclaredDamage[]): string => {
  const who = (may: DeclaredDamage["may"]) => declared.filter((each) => each.may === may).map(({ service }) => service);
  const named = (services: readonly string[]) =>
    services.length > MOST_NAMED
      ? `${services.slice(0, MOST_NAMED - 1).join(", ")} and ${services.length - MOST_NAMED + 1} more`
      : list(services);
  const said = (
    [
      ["fail", who("fail")],
      ["slow", who("slow")],
    ] as const
  )
    .filter(([, services]) => services.length > 0)
    .map(([may, services]) => `${named(services)} ${MAY_WORDS[may]}`);
  return said.length === 0 ? "no other service is declared" : said.join(", ");
};

const BY_MODE: { readonly [M in RunMode]: (sentence: string) => string } = {
  full: (sentence) => sentence,
  baseline: () => "nothing is injected: the baseline alone is measured",
  shadow: (sentence) => `nothing is hit, only matched and counted: ${sentence}`,
};
const asSentence = (text: string) => `${text[0]!.toUpperCase()}${text.slice(1)}.`;

/**
 * Sorts services by the number of calls between service and struck edge: the nearest is damaged first and is named first.
 */
const byNearness = (
  declared: readonly DeclaredDamage[],
  struck: readonly EdgeId[],
  edges: readonly EdgeId[],
): readonly DeclaredDamage[] => {
  const calls = edges.map(edgeEnds);
  const reached = new Set(struck.map((edge) => edgeEnds(edge)[0]));
  // Iteration of a set follows insertion order and includes elements added on the way.
  for (const name of reached) for (const [from, to] of calls) if (to === name) reached.add(from);
  const order = [...reached];
  const place = ({ service }: DeclaredDamage) => (reached.has(service) ? order.indexOf(service) : order.length);
  return declared.toSorted((a, b) => place(a) - place(b));
};
/** Impact in a given mesh: the mesh's edges, and the services declared to be affected by the rules of a run. */
export const sayImpactIn = (plan: Plan, mesh: Pick<Mesh, "services" | "edges">): string => {
  const edges = mesh.edges.map(({ id }) => id);
  return sayPlanned(plan, plan.radius?.declared ?? declaredRadius(plan, mesh), edges);
};
/**
 * Impact by a run's own plan, which contains edges and radius; older plans lack both, and declare no
 * services.
 */
export const sayImpact = (plan: Plan): string =>
  sayPlanned(plan, plan.radius?.declared ?? [], plan.radius?.edges ?? []);

const sayPlanned = (plan: Plan, declared: readonly DeclaredDamage[], edges: readonly EdgeId[]): string => {
  const done = plan.faults.map((fault) => ofFault(fault, placesOf(fault.targets.map(({ edge }) => edge))));
  const radius = ofRadius(byNearness(declared, struckEdges(plan), edges));
  return asSentence(BY_MODE[plan.mode](`${done.join(", and ")}; ${radius}`));
};
/**
 * Impact of an experiment without a mesh: selectors stay as written, and only the services in `limits` are
 * declared.
 */
export const sayImpactAsWritten = ({ faults, limits }: Experiment, plan: Plan): string => {
  const done = plan.faults.map((fault, i) => ofFault(fault, writtenPlace(faults[i]!.edge)));
  const named = limits.services.map((service): DeclaredDamage => ({ service, may: "fail" }));
  const radius = named.length === 0 ? "" : `; ${ofRadius(named)}`;
  return asSentence(`${done.join(", and ")}${radius}`);
};
