/**
 * Connections of no declared caller that pass through this agent. Their caller may turn out to be an edge's: a connection
 * outlives a change of the mesh, and a host may be of two callers. So a live fault counts those that carry bytes.
 */
import type { Clock } from "../clock/clock.ts";
import type { Address, Receiver } from "../transport/transport.ts";

export interface StrangerConnection {
  readonly from: Address;
  readonly to: Address;
  /** Time of the last bytes from the caller, monotonic ms. */
  lastMs: number;
  closedMs: number | null;
}
/** Time, ms, for which an ended connection stays for the next report. */
const REPORTED_WITHIN_MS = 2_000;

export class StrangerConnections {
  readonly #clock: Clock;
  readonly #all = new Set<StrangerConnection>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }
  get all(): ReadonlySet<StrangerConnection> {
    return this.#all;
  }
  /** Receiver of a connection's events that notes the bytes, and hands all on. */
  watch(from: Address, to: Address, receiver: Receiver): Receiver {
    const connection: StrangerConnection = { from, to, lastMs: this.#clock.nowMs(), closedMs: null };
    this.#all.add(connection);
    return {
      opened: (transport) => receiver.opened(transport),
      bytes: (buffer, end) => {
        connection.lastMs = this.#clock.nowMs();
        receiver.bytes(buffer, end);
      },
      ended: () => receiver.ended(),
      drained: () => receiver.drained(),
      closed: (error) => {
        connection.closedMs = this.#clock.nowMs();
        receiver.closed(error);
      },
    };
  }
  /** Called each second: forgets the connections that ended a while ago. */
  forget(): void {
    const oldestMs = this.#clock.nowMs() - REPORTED_WITHIN_MS;
    for (const connection of this.#all)
      if (connection.closedMs !== null && connection.closedMs < oldestMs) this.#all.delete(connection);
  }
}
