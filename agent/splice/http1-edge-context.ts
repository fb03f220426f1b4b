/** Edge context: the objects that all connections of an HTTP edge share. */
import type { Clock } from "../clock/clock.ts";
import type { Deadlines } from "../clock/deadlines.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Address, Receiver, Transport } from "../transport/transport.ts";

export interface HttpLimits {
  /** Longest dial of an endpoint, ms. */
  readonly connectMs: number;
  /** Longest wait of a caller without a request once the dial has failed, ms; the first request gets the reason. */
  readonly unreachedMs: number;
  /** Longest time from the first byte of a request head to the last, ms. */
  readonly headMs: number;
  /** Longest idle time of a caller's connection with no request in flight, ms. */
  readonly idleMs: number;
  /** Longest time without a moving byte in an exchange that no fault holds, ms. */
  readonly stallMs: number;
  /** Longest time without a moving byte once either side has sent FIN, ms; after that both sides count as gone. */
  readonly halfClosedMs: number;
  /** Longest time without a moving byte in a tunnel (WebSocket), ms. */
  readonly tunnelMs: number;
  /** Longest time, after the last answer, for a caller to stop sending and to take the written bytes, ms. */
  readonly lingerMs: number;
}
/**
 * A connection between requests is the two sides' own affair: servers and clients end it by their own limits, so the
 * agent's is longer than theirs.
 */
export const HTTP_LIMITS: HttpLimits = {
  connectMs: 5_000,
  unreachedMs: 1_000,
  headMs: 10_000,
  idleMs: 3_600_000,
  stallMs: 15 * 60_000,
  halfClosedMs: 60_000,
  tunnelMs: 3_600_000,
  lingerMs: 2_000,
};

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
  readonly limits: HttpLimits;
  readonly unreached: Deadlines<UnreachedCaller>;
  /** Draining: no connection outlives the exchange in flight. */
  draining: boolean;
  dial(endpoint: Address, receiver: Receiver): Transport;
  report(error: unknown): void;
}
