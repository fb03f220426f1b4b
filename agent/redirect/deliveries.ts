/**
 * Deliveries: whether the connections that the redirect brings in a direction reach the agent. A firewall of this machine
 * may drop them, because they arrive at the agent's port; then every call hangs, with or without a fault.
 */

/** Packets that begin connections, none of which is accepted, after which the way counts as blocked. */
const MOST_UNDELIVERED = 3;
/** Time within which so many come, ms: a caller whose first packet is dropped repeats it after 1 s and 3 s. */
const WITHIN_MS = 10_000;

export class Deliveries {
  #accepted = 0;
  #acceptedBefore = 0;
  #undelivered = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;

  /** The agent has accepted a connection. */
  accept(): void {
    this.#accepted += 1;
  }
  /** Takes the number of packets since the last look that began redirected connections. True: the way is blocked. */
  look(begun: number, nowMs: number): boolean {
    const hasAccepted = this.#accepted > this.#acceptedBefore;
    this.#acceptedBefore = this.#accepted;
    if (hasAccepted || nowMs - this.#sinceMs > WITHIN_MS) {
      this.#undelivered = 0;
      this.#sinceMs = nowMs;
    }
    if (!hasAccepted) this.#undelivered += begun;
    return this.#undelivered >= MOST_UNDELIVERED;
  }
}
