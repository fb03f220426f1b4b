/**
 * When something happened by the server's clock that an agent tells by its own. A message can only arrive after it was
 * sent, so the least difference among those of a time is nearest to the truth (as in NTP's clock filter, RFC 5905 10).
 * Never for leases: an agent could say anything.
 */

/** Differences this long apart are not compared: clocks drift by up to 100 ppm, 3 ms in this time. */
const SPAN_MS = 30_000;

export class AgentClock {
  readonly #leastMs = new Map<number, number>();
  #last = Number.NaN;

  /** A message that was sent at `sentMs` by the agent's clock has arrived. */
  heard(sentMs: number, arrivedMs: number): void {
    this.#last = Math.floor(sentMs / SPAN_MS);
    const known = this.#leastMs.get(this.#last) ?? Number.POSITIVE_INFINITY;
    this.#leastMs.set(this.#last, Math.min(known, arrivedMs - sentMs));
  }
  /** Server clock. Later than it really was by the shortest delay of a message about then, at most. */
  serverMs(agentMs: number): number {
    const span = Math.floor(agentMs / SPAN_MS);
    const near = [span - 1, span, span + 1].map((each) => this.#leastMs.get(each) ?? Number.POSITIVE_INFINITY);
    const leastMs = Math.min(...near);
    return agentMs + (leastMs === Number.POSITIVE_INFINITY ? (this.#leastMs.get(this.#last) ?? Number.NaN) : leastMs);
  }
}
