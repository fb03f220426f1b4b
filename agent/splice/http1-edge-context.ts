/** Context that every connection of one HTTP edge shares. */
import type { Clock } from "../clock/clock.ts";
import type { Endpoint, Endpoints } from "../edge/endpoints.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { Observer } from "../metrics/observer.ts";
import type { Orphans } from "../transport/orphans.ts";
import type { Callee } from "./http1-callee.ts";

export interface HttpLimits {
  /** Dialling an endpoint, ms. */
  readonly connectMs: number;
  /** From the first byte of a request head to its last, ms. */
  readonly headMs: number;
  /** A caller's connection with no request under way, ms. */
  readonly idleMs: number;
  /** An exchange of which no byte moves while no fault holds it, ms. */
  readonly stallMs: number;
  /** After FIN from a caller whose request is whole, how long nothing may move before it counts as gone, ms. */
  readonly halfClosedMs: number;
  /** A tunnel (WebSocket) of which no byte moves, ms. */
  readonly tunnelMs: number;
  /** After the last answer, how long a caller may take to stop sending and to take what is written, ms. */
  readonly lingerMs: number;
  /** A connection to an endpoint that waits for reuse, ms. Below the 5 s after which common servers close theirs. */
  readonly reuseMs: number;
  /** Connections that wait for reuse, for each endpoint. */
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
  /** No connection outlives the exchange that it is in. */
  draining: boolean;
  /** A connection that waits, or a new one that is being dialled. */
  callee(endpoint: Endpoint, fresh: boolean): Callee;
  report(error: unknown): void;
}
