/** Admission of one live fault to one exchange or connection: whether the fault has acted on it, and which requests it hit there. */
import type { Treatment } from "./behaviour.ts";
import type { Candidate, InFlightRequest } from "./candidate.ts";
import type { LiveFault } from "./live-fault.ts";

/** Shorter holds are no hits: nobody can tell them from the noise of a loop. */
export const LEAST_HOLD_MS = 1;
/** Sums of fractions of a millisecond are off by less than this. */
const ROUNDING_MS = 1e-6;
/** Told of a hit: the exchange, or the requests under way on the connection. */
type HitExchange = Pick<Candidate, "marked" | "inFlight">;
const UNMARKED: HitExchange = { marked: null };

/** One fault let loose on one exchange. */
export class Admission {
  readonly fault: LiveFault;
  readonly ordinal: number;
  readonly treatment: Treatment;
  /** Bytes of this exchange were lost or changed: once the fault is gone, the stream is reset, never resumed. */
  wounded = false;
  #left = false;
  #over = false;
  #touched = false;
  /** The last request of the connection that was hit, by its ordinal; 0: none, or the exchange is no connection. */
  #hitUntil = 0;
  /** A request of the run's own was hit on the connection. */
  #isMarked = false;
  readonly #candidate: HitExchange;

  constructor(fault: LiveFault, ordinal: number, treatment: Treatment, candidate: HitExchange = UNMARKED) {
    this.#candidate = candidate;
    this.fault = fault;
    this.ordinal = ordinal;
    this.treatment = treatment;
  }
  /** Something was really delayed, changed or cut. */
  get hasHit(): boolean {
    return this.#touched;
  }
  /** It has left this exchange: whatever it still holds must go. */
  get left(): boolean {
    return this.#left;
  }
  acts(nowMs: number): boolean {
    return !this.#left && this.fault.acts(nowMs);
  }
  /**
   * Counts the exchange as injected, once. `atMs`: when the fault began to act upon it. Of a connection, each act strikes the
   * requests that are under way on it: not those that were answered before, nor later ones that pass unhindered.
   */
  hit(atMs: number): void {
    const { count, order } = this.fault;
    const { marked, inFlight } = this.#candidate;
    const isFirst = !this.#touched;
    this.#touched = true;
    if (isFirst) count.inject(this.ordinal, this.fault.liveMsAt(atMs));
    if (inFlight !== undefined) this.#hitRequests(inFlight(), isFirst);
    else if (isFirst && marked != null) {
      marked.hit(order.id);
      if (marked.run === order.run) count.markedHits++;
    }
  }
  /** The last request that it hit on its connection, by ordinal; all that are under way are hit together. */
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
  /** Counts a hit for what the fault has held since then, if that is long enough to be one. */
  held(sinceMs: number, nowMs: number): void {
    if (nowMs - sinceMs >= LEAST_HOLD_MS - ROUNDING_MS) this.hit(sinceMs);
  }
  leave(): void {
    this.#left = true;
  }
  /** The exchange has ended: what was taken of the run's allotment and not used goes back. */
  over(): void {
    if (this.#over) return;
    this.#over = true;
    if (!this.#touched) this.fault.giveBack();
  }
  /** The same exchange again, after a rest of the pulse: counted already. */
  again(treatment: Treatment): Admission {
    const next = new Admission(this.fault, this.ordinal, treatment, this.#candidate);
    next.#touched = this.#touched;
    next.#hitUntil = this.#hitUntil;
    next.#isMarked = this.#isMarked;
    return next;
  }
}
