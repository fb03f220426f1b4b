/** Listener to the faults of one edge: an open exchange or connection, which the edge tells when its set of faults changes. */
import type { LiveFault } from "./live-fault.ts";

/** What faults still hold of something open. */
export interface Hold {
  readonly held: number;
  readonly wounded: number;
}
/** Something open on the edge that must hear of a change at once, not at its next chunk. Every call is idempotent. */
export interface FaultListener {
  /** Compare with the edge's arrays: let go of what is gone, take up what is new. */
  faultsChanged(nowMs: number): void;
  /** `reset: every`: look at this connection now. Absent on exchanges. */
  picked?(fault: LiveFault, nowMs: number): void;
  /** Counts as hits what faults have held for a millisecond by now, so that a stall shows in the receipts while it lasts. */
  countHolds(nowMs: number): void;
  hold(): Hold;
}
