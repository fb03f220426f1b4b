/** Invalidation of admitted runs by changes in the mesh or in the rules. */

import type { EdgeId } from "../../experiments/model/names.ts";
import { watchedEdges } from "../../experiments/model/plan/agents.ts";
import { struckEdges } from "../../experiments/model/plan/plan.ts";
import type { RateLimitedLog } from "../rate-limited-log.ts";
import type { ActiveRun } from "./active/active-run.ts";
import type { AdmissionRules } from "./start/admission-rules.ts";

/**
 * True if a run faults, or counts on, any of these edges. An orphaned run is excluded: such a run is being finished for
 * a reason of its own.
 */
export const touchesEdges = ({ plan, isOver, mesh }: ActiveRun, edges: ReadonlySet<EdgeId>): boolean =>
  !isOver && mesh !== null && [...struckEdges(plan), ...watchedEdges(plan)].some((edge) => edges.has(edge));

/** Halts a run whose edges no longer match the plan. */
export const haltForMeshChange = (active: ActiveRun, why: string): void => {
  const reason = `The mesh changed under the run: ${why}.`;
  active.post({ type: "halted", because: "mesh-changed", reason, recover: false });
};

/** Halts a run that a freeze now forbids, or, if the run still waits, any policy. */
export const haltIfForbidden = async (
  active: ActiveRun,
  rules: AdmissionRules,
  sparse: RateLimitedLog,
): Promise<void> => {
  const { plan, mesh, by } = active;
  if (active.isOver || mesh === null) return;
  try {
    const halting = await rules.findViolation({ plan, mesh, by }, active.isQueued);
    if (halting !== null && !active.isOver) active.post({ type: "halted", ...halting, recover: false });
  } catch (error) {
    sparse.warn("policies", `the policies could not be read: ${(error as Error).message}`);
  }
};
