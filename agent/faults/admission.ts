/**
 * Admission of a live fault to an exchange or connection: whether the fault has acted there, and which requests the
 * fault hit.
 */
import type { Treatment } from "./behaviour.ts";
import type { Candidate, InFlightRequest } from "./candidate.ts";
import type { LiveFault } from "./live-fault.ts";

/** Shortest hold that counts as a hit, ms: a shorter hold cannot be told from the noise of an event loop. */
export const LEAST_HOLD_MS = 1;
/** Sums of fractions of a millisecond are off by less than this. */
const ROUNDING_MS = 1e-6;
/** The hit exchange, or the requests in flight on the hit connection, which are notified of the hit. */
type HitExchange = Pick<Candidate, "marked" | "inFlight" | "endpoint">;
const UNMARKED: HitExchange = { marked: null, endpoint: null };

/** Admission of a fault to an exchange. */
export class Admission {
  readonly fault: LiveFault;
  readonly ordinal: number;
  readonly treatment: Treatment;
  /** Bytes of this exchange were lost or changed: once the fault is gone, the stream is reset, never resumed. */
  wounded = false;
  #left = false;
  #over = false;
  #touched = false;
  #isSqueezed = false;
  /** Ordinal of the last request hit on the connection; 0: none, or the exchange is no connection. */
  #hitUntil = 0;
  /** A request that the fault's own run had marked was hit on the connection. */
  #isMarked = false;
  readonly #candidate: HitExchange;

  constructor(fault: LiveFault, ordinal: number, treatment: Treatment, candidate: HitExchange = UNMARKED) {
    this.#candidate = candidate;
    this.fault = fault;
    this.ordinal = ordinal;
    this.treatment = treatment;
  }
  /** The fault really delayed, changed or cut the exchange. */
  get hasHit(): boolean {
    return this.#touched;
  }
  /** The fault has left this exchange: all held bytes must be released. */
  get left(): boolean {
    return this.#left;
  }
  acts(nowMs: number): boolean {
    return !this.#left && this.fault.acts(nowMs);
  }
  /**
   * Counts the exchange as injected, once. `atMs`: when the fault began to act on the exchange. On a connection, each
   * act hits the requests in flight at that time: not the requests answered before, nor later requests that pass
   * unhindered.
   */
  hit(atMs: number): void {
    const { count, order } = this.fault;
    const { marked, inFlight, endpoint } = this.#candidate;
    const isFirst = !this.#touched;
    this.#touched = true;
    if (isFirst) count.inject(this.ordinal, this.fault.liveMsAt(atMs), endpoint);
    if (inFlight !== undefined) this.#hitRequests(inFlight(), isFirst);
    else if (isFirst && marked != null) {
      marked.hit(order.id);
      if (marked.run === order.run) count.markedHits++;
    }
  }
  /** Ordinal of the last request that the fault hit on the connection; all requests in flight are hit together. */
  get hitUntil(): number {
    return this.#hitUntil;
  }
  #hitRequests(inFlight: readonly InFlightRequest[], isFirst: boolean): void {
    const { count, order } = this.fault;
    const wasUnread = !isFirst && this.#hitUntil === 0;
    for (const { ordinal, marked } of inFlight) {
      if (ordinal <= this.#hitUntil) continue;
      this.#hitUntil = ordinal;
      const isOwn = marked?.run === order.run;
      marked?.hit(order.id);
      count.hitRequest(isOwn);
      if (isOwn) this.#markConnection();
    }
    const isUnread = this.#hitUntil === 0;
    if (isFirst && isUnread) count.unread++;
    else if (wasUnread && !isUnread) count.unread--;
  }
  #markConnection(): void {
    if (!this.#isMarked) this.fault.count.markedHits++;
    this.#isMarked = true;
  }
  /** Counts a hit for bytes that the fault has held since `sinceMs`, if the hold is long enough to count. */
  held(sinceMs: number, nowMs: number): void {
    if (nowMs - sinceMs >= LEAST_HOLD_MS - ROUNDING_MS) this.hit(sinceMs);
  }
  /** Counts the exchange, once, as slowed down because memory for held bytes was short. */
  squeeze(): void {
    if (!this.#isSqueezed) this.fault.count.squeezed++;
    this.#isSqueezed = true;
  }
  leave(): void {
    this.#left = true;
  }
  /** The exchange has ended: an unused part of the run's allotment goes back. */
  over(): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#touched) this.fault.giveBack();
  }
  /** Admission of the same exchange again, after a rest of the pulse. The exchange is counted already. */
  again(treatment: Treatment): Admission {
    const next = new Admission(this.fault, this.ordinal, treatment, this.#candidate);
    next.#touched = this.#touched;
    next.#isSqueezed = this.#isSqueezed;
    next.#hitUntil = this.#hitUntil;
    next.#isMarked = this.#isMarked;
    return next;
  }
}
