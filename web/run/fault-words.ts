/** Words of a planned fault. Pure. */
import { labelFault } from "../../experiments/model/faults/index.ts";
import type { PlannedFault } from "../../experiments/model/plan/plan.ts";
import { percentText } from "../mesh/figures.ts";

/** Kind and size of a fault: of a process the service, for all of it is struck; else the share, as on the mesh's mark. */
export const sayFault = ({ action, service, share }: Pick<PlannedFault, "action" | "service" | "share">): string =>
  service === undefined
    ? `${labelFault(action)} on ${share.steps.map((step) => percentText(step)).join(", ")}`
    : `${labelFault(action)} of ${service}`;
