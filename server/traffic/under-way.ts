/** A run as its traffic is looked at: what `Live` tells of itself. */
import type { Mesh } from "../../experiments/model/mesh/mesh.ts";
import type { Plan } from "../../experiments/model/plan.ts";
import type { Run } from "../../experiments/model/run/run.ts";

export interface UnderWay {
  readonly id: string;
  readonly plan: Plan;
  /** What the plan was made on; null: it is only finished here. */
  readonly mesh: Mesh | null;
  readonly run: Run;
  readonly isOver: boolean;
  readonly isQueued: boolean;
  /** When its time began, by the server's clock; null: it waits for its turn. */
  readonly startedMs: number | null;
}
export const underWay = <R extends UnderWay>(runs: readonly R[]): readonly R[] =>
  runs.filter(({ isOver, isQueued }) => !isOver && !isQueued);
