/**
 * Traffic that the process before an upgrade still carries: no fault of the successor acts there, so the successor
 * counts that traffic as escaped (DATA-PATH.md 1).
 */
import type { EdgeId } from "../../experiments/model/names.ts";

export interface PredecessorEdge {
  /** Callers' connections open now. */
  readonly connections: number;
  /** Exchanges begun so far. */
  readonly exchanges: number;
}
/** Edges without traffic may be absent. */
export type PredecessorTraffic = Readonly<Record<EdgeId, PredecessorEdge>>;
export const NO_TRAFFIC: PredecessorEdge = { connections: 0, exchanges: 0 };
