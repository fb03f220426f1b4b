/** Invalidation of admitted runs by changes around them: the mesh under them, the rules over them. */
import { watchedEdges } from "../../experiments/model/mesh/instances.ts";
import type { EdgeId } from "../../experiments/model/names.ts";
import { struckEdges } from "../../experiments/model/plan.ts";
import type { RateLimitedLog } from "../rate-limited-log.ts";
import type { ActiveRun } from "./active/active-run.ts";
import type { AdmissionRules } from "./start/admission-rules.ts";

/** Whether a run strikes or counts on one of these edges. One that was left behind is on its way out for its own reason. */
export const touchesEdges = ({ plan, isOver, mesh }: ActiveRun, edges: ReadonlySet<EdgeId>): boolean =>
  !isOver && mesh !== null && [...struckEdges(plan), ...watchedEdges(plan)].some((edge) => edges.has(edge));

/** Its edges are no longer what its plan says. */
export const haltForMeshChange = (live: ActiveRun, why: string): void => {
  const reason = `The mesh changed under the run: ${why}.`;
  live.post({ type: "halted", because: "mesh-changed", reason, recover: false });
};

/** Halts what a freeze, or for those that still wait any policy, forbids by now. */
export const haltIfForbidden = async (
  live: ActiveRun,
  rules: AdmissionRules,
  sparse: RateLimitedLog,
): Promise<void> => {
  const { plan, mesh, by } = live;
  if (live.isOver || mesh === null) return;
  try {
    const halting = await rules.findViolation({ plan, mesh, by }, live.isQueued);
    if (halting !== null && !live.isOver) live.post({ type: "halted", ...halting, recover: false });
  } catch (error) {
    sparse.warn("policies", `the policies could not be read: ${(error as Error).message}`);
  }
};
