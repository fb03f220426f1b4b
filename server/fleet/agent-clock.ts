/**
 * Converts event times from an agent's clock to the server's clock. Never used for leases: an agent could report any
 * time.
 * - On the server's own machine both clocks have a known offset (`machine-clock.ts`). Beside five busy processes the
 *   quickest message of a baseline took 12 to 28 ms, longer than a shop takes to answer: half of the samples then seemed
 *   to reach the edge after their answers.
 * - Elsewhere the messages tell: a message arrives only after the agent sent the message, so the least clock difference
 *   within a span of time is nearest to the truth (as in NTP's clock filter, RFC 5905 section 10).
 */

/** Differences this long apart are not compared: clocks drift by up to 100 ppm, 3 ms in this time. */
const SPAN_MS = 30_000;
/**
 * Longest delay of the quickest message, and how much earlier than its sending a message may seem to arrive by rounding,
 * with which a known offset is believed: a clock that a library shifts (libfaketime) has another.
 */
const PLAUSIBLE_MS = { latest: 5_000, earliest: -1 };

export class AgentClock {
  readonly #leastMs = new Map<number, number>();
  readonly #offsetMs: number | null;
  #last = Number.NaN;

  /** `offsetMs`: server clock less agent clock, where both are clocks of one machine. */
  constructor(offsetMs: number | null = null) {
    this.#offsetMs = offsetMs;
  }
  /** Notes the arrival of a message that was sent at `sentMs` by the agent's clock. */
  heard(sentMs: number, arrivedMs: number): void {
    this.#last = Math.floor(sentMs / SPAN_MS);
    const known = this.#leastMs.get(this.#last) ?? Number.POSITIVE_INFINITY;
    this.#leastMs.set(this.#last, Math.min(known, arrivedMs - sentMs));
  }
  /** Server clock, ms. Without a known offset, later than the true time by at most the shortest message delay around then. */
  serverMs(agentMs: number): number {
    const span = Math.floor(agentMs / SPAN_MS);
    const near = [span - 1, span, span + 1].map((each) => this.#leastMs.get(each) ?? Number.POSITIVE_INFINITY);
    const nearMs = Math.min(...near);
    const leastMs = nearMs === Number.POSITIVE_INFINITY ? (this.#leastMs.get(this.#last) ?? Number.NaN) : nearMs;
    const delayMs = leastMs - (this.#offsetMs ?? Number.NaN);
    const isExact = PLAUSIBLE_MS.earliest <= delayMs && delayMs <= PLAUSIBLE_MS.latest;
    return agentMs + (isExact ? this.#offsetMs! : leastMs);
  }
}
