/**
 * Converts event times from an agent's clock to the server's clock. A message arrives only after the agent sent the
 * message, so the least clock difference within a span of time is nearest to the truth (as in NTP's clock filter, RFC
 * 5905 section 10). Never used for leases: an agent could report any time.
 */

/** Differences this long apart are not compared: clocks drift by up to 100 ppm, 3 ms in this time. */
const SPAN_MS = 30_000;

export class AgentClock {
  readonly #leastMs = new Map<number, number>();
  #last = Number.NaN;

  /** Notes the arrival of a message that was sent at `sentMs` by the agent's clock. */
  heard(sentMs: number, arrivedMs: number): void {
    this.#last = Math.floor(sentMs / SPAN_MS);
    const known = this.#leastMs.get(this.#last) ?? Number.POSITIVE_INFINITY;
    this.#leastMs.set(this.#last, Math.min(known, arrivedMs - sentMs));
  }
  /** Server clock, ms. Later than the true time by at most the shortest message delay around that time. */
  serverMs(agentMs: number): number {
    const span = Math.floor(agentMs / SPAN_MS);
    const near = [span - 1, span, span + 1].map((each) => this.#leastMs.get(each) ?? Number.POSITIVE_INFINITY);
    const leastMs = Math.min(...near);
    return agentMs + (leastMs === Number.POSITIVE_INFINITY ? (this.#leastMs.get(this.#last) ?? Number.NaN) : leastMs);
  }
}
