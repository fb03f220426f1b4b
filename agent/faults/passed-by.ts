/**
 * Connections that passed an edge's faults by: the redirect brings the edge's connections to the agent, except for
 * connections that were open before, or while the redirect was late. A receipt counts such connections as escaped, once.
 */
import type { LiveFault } from "./live-fault.ts";

/** A connection that carried bytes past the redirect. */
export interface PassingConnection {
  /** Both addresses of the connection, as text. */
  readonly pair: string;
  /** Time of the last packet with bytes, monotonic ms. */
  readonly lastMs: number;
}

/** Reports in which a fault that has left still counts: a report tells of the time before the report. */
const REPORTS_AFTER_END = 2;
/**
 * Time, ms, from the begin of a fault that resets older connections to the last reset: bytes until then were under way
 * when the fault began.
 */
const RESET_WITHIN_MS = 250;
/** Connections told apart for a fault; beyond, every report of an unknown connection counts. */
const MOST_KNOWN = 10_000;

interface CountedFault {
  readonly fault: LiveFault;
  readonly known: Set<string>;
  reportsLeft: number;
}

export class PassedBy {
  readonly #counted: CountedFault[] = [];
  /** Called when a fault has ended by its `notAfterMs`: the cuts in the kernel end with the fault. */
  readonly ended: () => void;

  constructor(ended: () => void = () => {}) {
    this.ended = ended;
  }
  begin(fault: LiveFault): void {
    this.#counted.push({ fault, known: new Set(), reportsLeft: REPORTS_AFTER_END });
  }
  /** A fault is live, or has left with a report to come. */
  get isAsking(): boolean {
    return this.#counted.length > 0;
  }
  /** Takes a report of the connections that passed by. */
  note(connections: readonly PassingConnection[]): void {
    for (const { fault, known } of this.#counted) {
      const { sinceMs, order, count } = fault;
      const fromMs = sinceMs + (order.existing === "reset" ? RESET_WITHIN_MS : 0);
      for (const { pair, lastMs } of connections) {
        if (lastMs < fromMs || known.has(pair)) continue;
        if (known.size < MOST_KNOWN) known.add(pair);
        count.passedBy += 1;
      }
    }
    for (const counted of this.#counted) if (counted.fault.isGone) counted.reportsLeft -= 1;
    this.#counted.splice(0, Number.POSITIVE_INFINITY, ...this.#counted.filter(({ reportsLeft }) => reportsLeft > 0));
  }
  /** Counts connections that passed by without addresses; 1 stands for an unknown number. */
  noteUnknown(count: number): void {
    for (const { fault } of this.#counted) if (!fault.isGone) fault.count.passedBy += count;
  }
}
