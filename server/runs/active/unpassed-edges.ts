/** Unpassed edges: faulted edges on which agents reported no exchange since a moment. */

import { type UnpassedEdge, withAdvice } from "../../../experiments/model/evidence/unpassed.ts";
import type { Mesh } from "../../../experiments/model/mesh/mesh.ts";
import { type Plan, struckEdges } from "../../../experiments/model/plan/plan.ts";
import type { EdgeCounts } from "../../traffic/edge-counts.ts";

/**
 * Time that a pulse may take to report an exchange, and the pulse after it: before that, an edge cannot be called
 * unpassed.
 */
export const REPORTED_WITHIN_MS = 2_500;

/**
 * Finds faulted edges without traffic. A connection that was opened before and stays open passes bytes without being
 * counted anew, so an open connection counts as traffic.
 */
export const findUnpassedEdges = (
  plan: Plan,
  mesh: Mesh,
  traffic: Pick<EdgeCounts, "countOver" | "open">,
  windowMs: number,
): readonly UnpassedEdge[] =>
  struckEdges(plan).flatMap((id) => {
    const edge = mesh.edges.find((each) => each.id === id);
    const passed = (traffic.countOver([id], windowMs)[0] ?? 0) > 0 || traffic.open(id) > 0;
    return passed || edge === undefined ? [] : [withAdvice({ edge: id, listen: edge.listen }, mesh)];
  });
