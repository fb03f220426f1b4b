/** Fault listener: an open exchange or connection, which the edge notifies when the edge's set of faults changes. */
import type { LiveFault } from "./live-fault.ts";

/** Bytes that faults hold of an open exchange or connection, and wounded streams there. */
export interface Hold {
  readonly held: number;
  readonly wounded: number;
}
/**
 * An open exchange or connection that must learn of a change at once, not at the next chunk. Every call is idempotent.
 */
export interface FaultListener {
  /** Compare with the edge's arrays: release the faults that are gone, take up the new faults. */
  faultsChanged(nowMs: number): void;
  /** Judge this connection now, for a pick of `reset: every`. Absent on exchanges. */
  picked?(fault: LiveFault, nowMs: number): void;
  /** Counts the requests in flight here as hit by a fault that strikes the callee. Absent on exchanges. */
  met?(fault: LiveFault, nowMs: number): void;
  /** Counts holds of a millisecond or more as hits now, so that a stall shows in the receipts while the stall lasts. */
  countHolds(nowMs: number): void;
  hold(): Hold;
}
