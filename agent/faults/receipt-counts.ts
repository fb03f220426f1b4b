/** Fault counts of an edge, by fault id: the numbers in the receipts, in a single place. */

import type { Exhaustion, Receipt, Resource } from "../../experiments/model/evidence/receipt.ts";
import type { Unit } from "../../experiments/model/faults/fault.ts";
import type { FaultId } from "../../experiments/model/names.ts";
import { LIMITS } from "../contract/limits.ts";
import type { FaultOrder } from "../contract/messages.ts";

/** Receipts kept of faults that have left. */
const MOST_LEFT = 256;
/** Ordinals kept of hit units. */
const MOST_ORDINALS = 1_000;

/** Counts of a fault id in this process. The counts outlive the fault: a fault that is ordered again counts on. */
export class FaultCount {
  seen = 0;
  matched = 0;
  injected = 0;
  spared = 0;
  capped = 0;
  /** Injected exchanges of the run's own probes, or caused by those probes. */
  markedHits = 0;
  /**
   * Requests in flight on hit connections (where connections carry requests), and the part of those that the run
   * marked.
   */
  requests = 0;
  markedRequests = 0;
  /** Connections hit while no request was known to be in flight on the connection. */
  unread = 0;
  liveMs = 0;
  /** Live time (`liveMs`) at the first hit, and at the first unit that the run's cap spared; null: none yet. */
  #firstHitMs: number | null = null;
  #firstCappedMs: number | null = null;
  /** Units that the process before an upgrade carried while the fault was live here. */
  escaped = 0;
  /** Connections that the redirect did not bring while the fault was live. */
  passedBy = 0;
  /** Units whose flow was slowed down because memory for held bytes was short. */
  squeezed = 0;
  readonly ordinals: number[] = [];
  /** Absences of the callee, by live times. */
  readonly #absences: { fromMs: number; toMs?: number }[] = [];
  /** Hits by address. */
  readonly #endpoints = new Map<string, number>();
  readonly #exhausted = new Map<Resource, Exhaustion>();
  readonly #order: FaultOrder;
  readonly #unit: Unit;

  constructor(order: FaultOrder, unit: Unit) {
    this.#order = order;
    this.#unit = unit;
  }
  /**
   * Counts an injected unit. `liveMs`: the fault's live time at the first act on this unit. Holds are counted late, so
   * the earliest wins. `endpoint`: address of the unit's callee; null: unknown.
   */
  inject(ordinal: number, liveMs: number, endpoint: string | null): void {
    this.injected++;
    if (endpoint !== null && (this.#endpoints.has(endpoint) || this.#endpoints.size < LIMITS.receiptEndpoints))
      this.#endpoints.set(endpoint, (this.#endpoints.get(endpoint) ?? 0) + 1);
    this.#firstHitMs = Math.min(this.#firstHitMs ?? liveMs, liveMs);
    if (this.ordinals.length < MOST_ORDINALS) this.ordinals.push(ordinal);
  }
  hitRequest(isMarked: boolean): void {
    this.requests++;
    if (isMarked) this.markedRequests++;
  }
  cap(liveMs: number): void {
    this.capped++;
    this.#firstCappedMs ??= liveMs;
  }
  /** Notes that the callee is away from this live time on, or there again. */
  noteAbsence(isAway: boolean, liveMs: number): void {
    const last = this.#absences.at(-1);
    const isOpen = last !== undefined && last.toMs === undefined;
    if (isAway && !isOpen && this.#absences.length < LIMITS.absences) this.#absences.push({ fromMs: liveMs });
    if (!isAway && isOpen) last.toMs = liveMs;
  }
  /**
   * Counts a caller that was refused because the agent's own resources were exhausted. `limitOf`: reads the limit of the
   * resource from the kernel; called for the first caller alone.
   */
  exhaustion(of: Resource, limitOf: (of: Resource) => number | null): void {
    const known = this.#exhausted.get(of);
    const limit = known === undefined ? limitOf(of) : (known.limit ?? null);
    this.#exhausted.set(of, { of, refused: (known?.refused ?? 0) + 1, ...(limit !== null && { limit }) });
  }
  receipt(liveMs: number): Receipt {
    const { seen, matched, injected, spared, capped, markedHits, requests, markedRequests, unread } = this;
    const { id, name: fault, edge } = this.#order;
    const untouched = matched - injected - spared - capped;
    const counts = { seen, matched, injected, spared, capped, untouched };
    const firsts = {
      ...(this.#firstHitMs !== null && { firstHitMs: this.#firstHitMs }),
      ...(this.#firstCappedMs !== null && { firstCappedMs: this.#firstCappedMs }),
      ...(markedHits > 0 && { markedHits }),
      ...(this.#endpoints.size > 0 && { endpoints: Object.fromEntries(this.#endpoints) }),
      ...(this.#exhausted.size > 0 && { exhausted: [...this.#exhausted.values()] }),
      ...(this.#absences.length > 0 && { absences: this.#absences.map((absence) => ({ ...absence })) }),
      ...(this.escaped + this.passedBy > 0 && { escaped: this.escaped + this.passedBy }),
      ...(this.passedBy > 0 && { escapedBy: "redirect" as const }),
      ...(this.squeezed > 0 && { squeezed: this.squeezed }),
      ...(requests + unread > 0 && { requests, markedRequests, unread }),
    };
    return { id, fault, edge, unit: this.#unit, ...counts, liveMs, ordinals: this.ordinals.slice(), ...firsts };
  }
}

export class FaultCounts {
  readonly #byId = new Map<FaultId, FaultCount>();

  /**
   * Returns the count of this id, which a fault that is ordered again continues. `live`: ids that must not be
   * forgotten.
   */
  of(order: FaultOrder, unit: Unit, live: ReadonlySet<FaultId>): FaultCount {
    let count = this.#byId.get(order.id);
    if (count === undefined) {
      count = new FaultCount(order, unit);
      this.#byId.set(order.id, count);
      this.#forget(live);
    }
    return count;
  }
  /** Receipts of every fault that is live or left lately. */
  receipts(live: ReadonlyMap<FaultId, Receipt>): readonly Receipt[] {
    return [...this.#byId].map(([id, count]) => live.get(id) ?? count.receipt(count.liveMs));
  }
  /** Forgets the oldest of the left faults first. */
  #forget(live: ReadonlySet<FaultId>): void {
    let excess = this.#byId.size - live.size - MOST_LEFT;
    for (const id of this.#byId.keys()) {
      if (excess <= 0) return;
      if (live.has(id)) continue;
      this.#byId.delete(id);
      excess--;
    }
  }
}
