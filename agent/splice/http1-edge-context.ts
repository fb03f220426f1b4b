/** Edge context: the objects that all connections of an HTTP edge share. */
import type { EdgeLimits } from "../../experiments/model/mesh/edge-limits.ts";
import type { Clock } from "../clock/clock.ts";
import type { Deadlines } from "../clock/deadlines.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Address, Receiver, Transport } from "../transport/transport.ts";

/** Limits of an HTTP edge: those of the mesh file, and a limit that is the agent's own. */
export interface HttpLimits extends EdgeLimits {
  /** Longest wait of a caller without a request once the dial has failed, ms; the first request gets the reason. */
  readonly unreachedMs: number;
}
export const UNREACHED_MS = 1_000;

/** A caller's connection whose callee could not be reached. */
export interface UnreachedCaller {
  /** No request came in time. */
  waitedForRequest(): void;
}
export interface EdgeContext {
  readonly orphans: Orphans;
  readonly faults: EdgeFaults;
  readonly observer: Observer;
  readonly clock: Clock;
  /** Replaced when the edge's definition changes; open connections follow. */
  limits: HttpLimits;
  readonly unreached: Deadlines<UnreachedCaller>;
  /** Draining: no connection outlives the exchange in flight. */
  draining: boolean;
  dial(endpoint: Address, receiver: Receiver): Transport;
  report(error: unknown): void;
}
