/**
 * Counts of the served edges for the pulse: a pulse leaves out the edges whose counts are as in the pulse before.
 * Written out, the counts of 1,000 idle edges were 300 KB a second, and a percent of a core.
 */
import type { EdgeCount, EdgeOrder } from "../contract/messages.ts";
import type { Meter } from "../metrics/meter.ts";
import { countByEndpoint } from "./connections.ts";

/** An edge that is served, as far as its counts need. */
export interface CountedEdge {
  readonly order: EdgeOrder;
  readonly meter: Meter;
  /** `connectedEndpoints`: endpoint's address of each open connection of a caller. */
  readonly listener: { connectedEndpoints(): Iterable<string> };
}
export interface ChangedCounts {
  readonly counts: readonly EdgeCount[];
  /** Number of edges that are left out. */
  readonly unchanged: number;
}
/** Counts as they were last taken. */
interface Told {
  readonly changes: number;
  readonly connections: string;
}

export class ToldCounts {
  readonly #told = new WeakMap<Meter, Told>();

  /** Counts of every edge. Takes the latencies out of the meters. */
  takeAll(edges: Iterable<CountedEdge>): readonly EdgeCount[] {
    return [...edges].flatMap((edge) => this.#take(edge, connectionsOf(edge)));
  }
  /** Counts of the edges that changed since either call. Takes the latencies out of the meters. */
  takeChanged(edges: Iterable<CountedEdge>): ChangedCounts {
    const counts: EdgeCount[] = [];
    let unchanged = 0;
    for (const edge of edges) {
      const told = this.#told.get(edge.meter);
      const connections = connectionsOf(edge);
      if (told?.changes === edge.meter.changes && told.connections === JSON.stringify(connections)) unchanged++;
      else counts.push(...this.#take(edge, connections));
    }
    return { counts, unchanged };
  }
  #take({ meter }: CountedEdge, connections: ReturnType<typeof countByEndpoint>): readonly EdgeCount[] {
    this.#told.set(meter, { changes: meter.changes, connections: JSON.stringify(connections) });
    const counts = meter.counts();
    if (connections === null) return counts;
    return counts.map((count) => (count.group === "untreated" ? { ...count, connections } : count));
  }
}

/** Open connections by endpoint, for the row of the untreated; null: a single endpoint, or too many. */
const connectionsOf = ({ order, listener }: CountedEdge) =>
  order.endpoints.length < 2 ? null : countByEndpoint(listener.connectedEndpoints());
