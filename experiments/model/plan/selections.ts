/** Addresses that the faults of a plan act on, once instances of the callees came and went. */

import { type InstanceChange, selectedAddresses } from "../mesh/instances.ts";
import type { Target } from "../mesh/targets.ts";
import { type FaultId, faultId } from "../names.ts";
import type { Plan, PlannedFault } from "./plan.ts";

/** Selected addresses of each fault that acts on others than planned; null: all. */
export type Selections = Readonly<Record<FaultId, readonly string[] | null>>;

/** Selections of a plan after these changes. A static plan selects no newcomer. */
export const selectionsAfter = (plan: Plan, changes: readonly InstanceChange[]): Selections =>
  Object.fromEntries(
    plan.faults.flatMap(({ name, targets }) =>
      targets.flatMap((target) => {
        const now = selectedAddresses(target, changes, plan.static === true);
        return JSON.stringify(now) === JSON.stringify(target.endpoints)
          ? []
          : [[faultId(plan.run, name, target.edge), now] as const];
      }),
    ),
  );

/** Targets of a fault on which no selected instance is left, although the fault needs a hit there; [] if none. */
export const bareTargets = (
  plan: Plan,
  { targets, hits }: PlannedFault,
  changes: readonly InstanceChange[],
): readonly Target[] => {
  const bare = targets.filter((target) => selectedAddresses(target, changes, plan.static === true)?.length === 0);
  return hits.edges === "every" || bare.length === targets.length ? bare : [];
};
