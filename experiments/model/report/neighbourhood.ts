/**
 * The part of the mesh around the struck edges, for a picture of the run: the services declared to be affected, or did, with
 * callers and callees.
 */

import type { DeclaredDamage } from "../blast-radius/declared.ts";
import { type EdgeId, edgeEnds, pairOf, type ServiceName } from "../names.ts";
import { struckEdges } from "../plan/plan.ts";
import type { Run } from "../run/run.ts";

export interface Neighbourhood {
  /**
   * Services in the order of the mesh. `may`: the damage that the declared radius allows to the service; null: none.
   */
  readonly services: readonly { readonly service: ServiceName; readonly may: DeclaredDamage["may"] | null }[];
  readonly edges: readonly { readonly from: ServiceName; readonly to: ServiceName; readonly struck: boolean }[];
  /** Services of the mesh that are left out. */
  readonly beyond: number;
}
/** Most services that are drawn: a larger picture is not readable. */
const MOST = 30;
/** A mesh of so few services is drawn whole. */
const SMALL = 12;

/**
 * Services by distance to the damage: struck ends, damaged services or were declared, then the services an edge
 * away.
 */
const nearestFirst = ({ plan, radius }: Run, edges: readonly EdgeId[]): readonly ServiceName[] => {
  const struck = struckEdges(plan).flatMap(edgeEnds);
  const felt = [...Object.keys(radius.services), ...radius.leaks.flatMap(({ edge }) => edgeEnds(edge))];
  const declared = plan.radius?.declared.map(({ service }) => service) ?? [];
  const near = new Set([...struck, ...felt, ...declared]);
  const around = edges.flatMap((edge) => {
    const [from, to] = edgeEnds(edge);
    return near.has(from) || near.has(to) ? [from, to] : [];
  });
  return [...new Set([...near, ...around])];
};

/** Neighbourhood of the run; null: the plan strikes no edge. */
export const neighbourhoodOf = (run: Run): Neighbourhood | null => {
  const { plan } = run;
  const struck = new Set(struckEdges(plan));
  if (struck.size === 0) return null;
  const {
    services: all,
    edges,
    declared,
  } = plan.radius ?? {
    services: [...new Set([...struck].flatMap(edgeEnds))],
    edges: [...struck],
    declared: [],
  };
  const pairs = new Set([...struck].map(pairOf));
  const drawn = new Set(all.length <= SMALL ? all : nearestFirst(run, edges).slice(0, MOST));
  return {
    services: all
      .filter((name) => drawn.has(name))
      .map((service) => ({ service, may: declared.find((may) => may.service === service)?.may ?? null })),
    // The two places of a pair are a single line, struck where either is.
    edges: [...new Set(edges.map(pairOf))]
      .map((pair) => ({ pair, ends: edgeEnds(pair) }))
      .filter(({ ends }) => ends.every((end) => drawn.has(end)))
      .map(({ pair, ends: [from, to] }) => ({ from, to, struck: pairs.has(pair) })),
    beyond: all.filter((name) => !drawn.has(name)).length,
  };
};
