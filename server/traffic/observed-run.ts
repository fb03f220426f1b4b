/** Run as its traffic is observed: the part of `ActiveRun` that traffic needs. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { RunId } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { Run } from "../../experiments/model/run/run.ts";

export interface ObservedRun {
  readonly id: RunId;
  readonly plan: Plan;
  /** Mesh that the plan was made on; null: the run is only finished here. */
  readonly mesh: Mesh | null;
  readonly run: Run;
  readonly isOver: boolean;
  readonly isQueued: boolean;
  /** Start of the run's time, by the server's clock; null: the run waits for its turn. */
  readonly startedMs: number | null;
}
export const filterRunning = <R extends ObservedRun>(runs: readonly R[]): readonly R[] =>
  runs.filter(({ isOver, isQueued }) => !isOver && !isQueued);
