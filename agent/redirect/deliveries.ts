/**
 * Deliveries: whether the connections that the redirect brings for an address reach the agent. A firewall of this machine
 * may drop them, because they arrive at the agent's port; then every call hangs, with or without a fault.
 */

/** Packets that begin connections, none of which is accepted, after which the way counts as blocked. */
const MOST_UNDELIVERED = 3;
/** Time within which so many come, ms: a caller whose first packet is dropped repeats it after 1 s and 3 s. */
const WITHIN_MS = 10_000;
/** Time after a begin of the redirect, ms, in which each look matters: every call would hang. */
const FRESH_MS = 5_000;
/** Time for which a blocked address is not redirected, ms, doubled each time: a try costs callers some seconds. */
const SHORTEST_BLOCK_MS = 60_000;
const LONGEST_BLOCK_MS = 1_800_000;

export class Deliveries {
  #accepted = 0;
  #acceptedBefore = 0;
  #undelivered = 0;
  #sinceMs = Number.NEGATIVE_INFINITY;
  #blockedUntilMs = Number.NEGATIVE_INFINITY;
  #blockMs = SHORTEST_BLOCK_MS;
  #isProven = false;
  /** Time of the last begin of the redirect, ms: the first one, or behind a block. */
  #triedMs: number;

  constructor(nowMs: number) {
    this.#triedMs = nowMs;
  }
  /** The agent has accepted a connection. */
  accept(): void {
    this.#accepted += 1;
    this.#isProven = true;
  }
  /** True: a connection has come through since the redirect began. */
  get isProven(): boolean {
    return this.#isProven;
  }
  /** Takes the number of packets since the last look that began redirected connections. True: the way is blocked. */
  look(begun: number, nowMs: number): boolean {
    if (this.isBlocked(nowMs)) return false;
    const hasAccepted = this.#accepted > this.#acceptedBefore;
    this.#acceptedBefore = this.#accepted;
    if (hasAccepted || nowMs - this.#sinceMs > WITHIN_MS) {
      this.#undelivered = 0;
      this.#sinceMs = nowMs;
    }
    const isBlocked = this.#undelivered >= MOST_UNDELIVERED;
    // Counted by the next look: a burst of this moment may still be accepted.
    if (!hasAccepted) this.#undelivered += begun;
    return isBlocked;
  }
  /** Counts the way as blocked from here on; returns for how long, ms. */
  block(nowMs: number): number {
    const blockMs = this.#blockMs;
    this.#undelivered = 0;
    this.#isProven = false;
    this.#blockedUntilMs = nowMs + blockMs;
    this.#blockMs = Math.min(2 * blockMs, LONGEST_BLOCK_MS);
    this.#triedMs = this.#blockedUntilMs;
    return blockMs;
  }
  isBlocked(nowMs: number): boolean {
    return nowMs < this.#blockedUntilMs;
  }
  /** True: the redirect has begun a short time ago, for the first time or behind a block. */
  isFresh(nowMs: number): boolean {
    return nowMs >= this.#triedMs && nowMs - this.#triedMs < FRESH_MS;
  }
}
