/**
 * Order of the run queue. Pure: takes the active runs, the waiting runs and the caps, returns the runs that may be tried.
 */

import type { RunId } from "../../../experiments/model/names.ts";
import type { Plan } from "../../../experiments/model/plan/plan.ts";
import type { ResourceClaim } from "../../store/claims.ts";
import { type Caps, countStruckEdges } from "../caps.ts";

export interface QueueEntry {
  readonly id: RunId;
  readonly plan: Plan;
  readonly claims: readonly ResourceClaim[];
  /** Priority, higher first. */
  readonly priority: number;
  /** Order of arrival, among equal priorities. */
  readonly age: number;
}

/** Order of turns: higher priority first, then the older run. */
const inTurn = (a: QueueEntry, b: QueueEntry): number => b.priority - a.priority || a.age - b.age;

/**
 * Waiting and active runs by their claims. The cost of finding the next turns follows the changes since the last search,
 * not the queue's length: with hundreds of runs waiting for the same services, comparing all pairs of claims took a
 * second per search.
 */
export class QueueOrder<W extends QueueEntry = QueueEntry> {
  readonly #waiting = new Map<RunId, W>();
  readonly #active = new Map<RunId, W>();
  /** Runs that claim a resource, waiting or active. */
  readonly #exclusive = new Map<string, Set<W>>();
  readonly #all = new Map<string, Set<W>>();
  /**
   * By the id of a waiting run: a run in the way. While that blocker is still there, the waiting run need not be
   * checked again.
   */
  readonly #blockers = new Map<RunId, W>();

  get length(): number {
    return this.#waiting.size;
  }
  add(one: W): void {
    this.#waiting.set(one.id, one);
    this.#claim(one);
  }
  /** Moves a run whose turn has come to the active runs. */
  begin(id: RunId): void {
    const one = this.#waiting.get(id);
    if (one === undefined) return;
    this.#waiting.delete(id);
    this.#blockers.delete(id);
    this.#active.set(id, one);
  }
  /** Removes a run that is over, or never was: the claims of that run block no other. */
  remove(id: RunId): void {
    const one = this.#waiting.get(id) ?? this.#active.get(id);
    if (one === undefined) return;
    for (const map of [this.#waiting, this.#active, this.#blockers]) map.delete(id);
    for (const { resource } of one.claims)
      for (const claims of [this.#exclusive, this.#all]) {
        const holders = claims.get(resource);
        holders?.delete(one);
        if (holders?.size === 0) claims.delete(resource);
      }
  }
  isWaiting(id: RunId): boolean {
    return this.#waiting.has(id);
  }
  /** A run in the way of a waiting run; null: the run waits for another reason, or not at all. */
  blockerOf(id: RunId): W | null {
    const one = this.#waiting.get(id);
    return one !== undefined && this.#isBlocked(one) ? (this.#blockers.get(id) ?? null) : null;
  }
  /**
   * Runs that may be tried now, in order. No run overtakes another that waits for the same resource, or for a cap: a
   * run that needs much would otherwise wait for ever behind many that need little.
   */
  next(caps: Caps): readonly W[] {
    let room = caps.edges ?? Number.POSITIVE_INFINITY;
    for (const { plan } of this.#active.values()) room -= countStruckEdges(plan);
    const first: W[] = [];
    for (const one of [...this.#waiting.values()].sort(inTurn)) {
      const edges = countStruckEdges(one.plan);
      if (edges > room) return first;
      if (this.#isBlocked(one)) continue;
      first.push(one);
      room -= edges;
    }
    return first;
  }
  #claim(one: W): void {
    for (const { resource, mode } of one.claims)
      for (const claims of mode === "exclusive" ? [this.#exclusive, this.#all] : [this.#all]) {
        const holders = claims.get(resource) ?? new Set<W>();
        claims.set(resource, holders.add(one));
      }
  }
  #isBlocked(one: W): boolean {
    const known = this.#blockers.get(one.id);
    if (known !== undefined && this.#isBefore(known, one)) return true;
    const blocker = this.#inTheWayOf(one);
    if (blocker === null) this.#blockers.delete(one.id);
    else this.#blockers.set(one.id, blocker);
    return blocker !== null;
  }
  /** True if a run is active, or waiting and ahead in turn. */
  #isBefore(other: W, one: W): boolean {
    if (other === one) return false;
    return this.#active.has(other.id) || (this.#waiting.has(other.id) && inTurn(other, one) < 0);
  }
  #inTheWayOf(one: W): W | null {
    for (const { resource, mode } of one.claims) {
      const holders = (mode === "exclusive" ? this.#all : this.#exclusive).get(resource) ?? [];
      for (const other of holders) if (this.#isBefore(other, one)) return other;
    }
    return null;
  }
}
