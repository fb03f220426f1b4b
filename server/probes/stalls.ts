/**
 * Stalls: times in which an agent stood still, as reported afterwards. The time that a sample spent in a stall is no
 * measure of the system.
 */

/**
 * Most stalls kept. Older stalls overlap with no sample still to be judged: every sample ends at a timeout, and few
 * stalls are reported.
 */
const MOST_STALLS = 1_000;
/** Time after a stall in which the agent and the services around work off the queued exchanges. */
export const BACKLOG_MS = 250;

interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}
export class Stalls {
  /** Stalls in order and without overlaps, so that two agents that stood still at once count once. */
  #intervals: readonly Interval[] = [];

  add(fromMs: number, toMs: number): void {
    if (!(toMs > fromMs)) return;
    const touches = (other: Interval) => other.fromMs <= toMs && other.toMs >= fromMs;
    const touched = this.#intervals.filter(touches);
    const joined = {
      fromMs: Math.min(fromMs, ...touched.map((each) => each.fromMs)),
      toMs: Math.max(toMs, ...touched.map((each) => each.toMs)),
    };
    this.#intervals = [...this.#intervals.filter((each) => !touches(each)), joined]
      .sort((a, b) => a.fromMs - b.fromMs)
      .slice(-MOST_STALLS);
  }
  /** Milliseconds of [fromMs, toMs] in which an agent stood still. */
  overlap(fromMs: number, toMs: number): number {
    return this.#intervals.reduce(
      (sum, each) => sum + Math.max(0, Math.min(toMs, each.toMs) - Math.max(fromMs, each.fromMs)),
      0,
    );
  }
  /** Length of the longest stall that overlaps [fromMs, toMs]; 0: no stall does. */
  longestIn(fromMs: number, toMs: number): number {
    const met = this.#intervals.filter((each) => each.fromMs < toMs && each.toMs > fromMs);
    return Math.max(0, ...met.map((each) => each.toMs - each.fromMs));
  }
}
