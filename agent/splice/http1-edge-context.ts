/** Edge context: the objects that all connections of an HTTP edge share. */
import type { Clock } from "../clock/clock.ts";
import type { Endpoint, Endpoints } from "../edge/endpoints.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Callee } from "./http1-callee.ts";

export interface HttpLimits {
  /** Longest dial of an endpoint, ms. */
  readonly connectMs: number;
  /** Longest time from the first byte of a request head to the last, ms. */
  readonly headMs: number;
  /** Longest idle time of a caller's connection with no request in flight, ms. */
  readonly idleMs: number;
  /** Longest time without a moving byte in an exchange that no fault holds, ms. */
  readonly stallMs: number;
  /**
   * Longest time without a moving byte after FIN from a caller with a whole request, ms; after that the caller counts
   * as gone.
   */
  readonly halfClosedMs: number;
  /** Longest time without a moving byte in a tunnel (WebSocket), ms. */
  readonly tunnelMs: number;
  /** Longest time, after the last answer, for a caller to stop sending and to take the written bytes, ms. */
  readonly lingerMs: number;
  /**
   * Longest wait for reuse of a connection to an endpoint, ms. Below the 5 s after which common servers close idle
   * connections.
   */
  readonly reuseMs: number;
  /** Most connections that wait for reuse, for each endpoint. */
  readonly reuseMost: number;
}
export const HTTP_LIMITS: HttpLimits = {
  connectMs: 5_000,
  headMs: 10_000,
  idleMs: 60_000,
  stallMs: 15 * 60_000,
  halfClosedMs: 60_000,
  tunnelMs: 3_600_000,
  lingerMs: 2_000,
  reuseMs: 4_000,
  reuseMost: 256,
};

export interface EdgeContext {
  readonly orphans: Orphans;
  readonly faults: EdgeFaults;
  readonly observer: Observer;
  readonly endpoints: Endpoints;
  readonly clock: Clock;
  readonly limits: HttpLimits;
  /** Draining: no connection outlives the exchange in flight. */
  draining: boolean;
  /** Returns a pooled connection, or a new connection that is being dialled. */
  callee(endpoint: Endpoint, fresh: boolean): Callee;
  report(error: unknown): void;
}
