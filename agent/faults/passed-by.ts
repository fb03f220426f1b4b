/**
 * Connections that passed an edge's faults by, because the redirect that brings the edge's connections did not bring
 * these: they were open before, or the redirect was late. A receipt counts them as escaped, each connection once.
 */
import type { LiveFault } from "./live-fault.ts";

/** A connection that carried bytes past the redirect. */
export interface PassingConnection {
  /** Both addresses of the connection, as text. */
  readonly pair: string;
  /** Time of the last packet with bytes, monotonic ms. */
  readonly lastMs: number;
}

/** Reports in which a fault that has left still counts: the report after its end has what passed before. */
const REPORTS_AFTER_END = 2;
/**
 * Time, ms, for a fault that resets older connections to have reset them: what these carry meanwhile was under way when
 * the fault began.
 */
const RESET_WITHIN_MS = 250;
/** Connections told apart for each fault; beyond, every report of an unknown connection counts. */
const MOST_KNOWN = 10_000;

interface CountedFault {
  readonly fault: LiveFault;
  readonly known: Set<string>;
  reportsLeft: number;
}

export class PassedBy {
  readonly #counted: CountedFault[] = [];
  /** Called when faults have ended by their own time: what stands in the kernel for them is over, too. */
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
  /** Counts connections that passed by with nothing to tell them apart by, or an unknown number: 1 at least. */
  noteUnknown(count: number): void {
    for (const { fault } of this.#counted) if (!fault.isGone) fault.count.passedBy += count;
  }
}
