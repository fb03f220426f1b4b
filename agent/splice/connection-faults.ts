/**
 * Connection faults of a single connection, as faults come and go while the connection is open. Each fault is judged
 * once, and the decision is remembered.
 */

import type { Admission } from "../faults/admission.ts";
import type { Candidate } from "../faults/candidate.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { LiveFault } from "../faults/live-fault.ts";
import type { FaultFilter } from "./fault-stage.ts";

/** Filter at byte level, where there are no heads. */
export type ByteFilter = FaultFilter<never>;

interface AdmittedFault {
  readonly admission: Admission;
  readonly request: ByteFilter | null;
  readonly response: ByteFilter | null;
}
const admittedFaultOf = (admission: Admission): AdmittedFault => {
  const { request, response } = admission.treatment;
  return {
    admission,
    request: request === undefined ? null : { admission, filter: request as ByteFilter["filter"] },
    response: response === undefined ? null : { admission, filter: response as ByteFilter["filter"] },
  };
};

const NO_ENTRIES: readonly AdmittedFault[] = Object.freeze([]);
const NO_FILTERS: readonly ByteFilter[] = Object.freeze([]);
/** Changes in which no fault came. */
const UNWOUNDED = { came: [], wounded: false };
const WOUNDED = { came: [], wounded: true };

export class ConnectionFaults {
  readonly #edge: EdgeFaults;
  readonly #candidate: Candidate;
  /** Admission decided for each fault; null: the fault spares this connection for good. */
  readonly #judged = new Map<LiveFault, AdmittedFault | null>();
  /** Admitted faults that are present, in the order of the faults. */
  #entries: readonly AdmittedFault[] = [];
  /** Admissions by picks of `reset: every`, in addition to the decision for each fault. */
  #picks: readonly Admission[] = [];
  #isTreated = false;
  #hitUntil = 0;

  constructor(edge: EdgeFaults, candidate: Candidate) {
    this.#edge = edge;
    this.#candidate = candidate;
  }
  /** A present fault may still act on this connection. */
  get isTouchable(): boolean {
    return this.#entries.length > 0 || this.#picks.length > 0;
  }
  /** A fault has really hit this connection, now or earlier. */
  get isTreated(): boolean {
    if (this.isTouchable) this.#isTreated ||= this.#all().some(({ hasHit }) => hasHit);
    return this.#isTreated;
  }
  /** Ordinal, on the connection, of the last request that any fault has hit; 0: none. */
  get hitUntil(): number {
    if (this.isTouchable) this.#hitUntil = Math.max(this.#hitUntil, ...this.#all().map((each) => each.hitUntil));
    return this.#hitUntil;
  }
  get isWounded(): boolean {
    return this.isTouchable && this.#all().some(({ wounded }) => wounded);
  }
  /** Filters in the order of a request: the fault nearest the caller comes first. */
  get request(): readonly ByteFilter[] {
    if (this.#entries.length === 0) return NO_FILTERS;
    return this.#entries.flatMap(({ request }) => (request === null ? [] : [request]));
  }
  get response(): readonly ByteFilter[] {
    if (this.#entries.length === 0) return NO_FILTERS;
    return this.#entries.toReversed().flatMap(({ response }) => (response === null ? [] : [response]));
  }

  /** Begins the connection: judges every live fault. Returns the admissions. */
  begin(nowMs: number): readonly Admission[] {
    const faults = this.#edge.connectionFaults;
    const admitted = this.#edge.admit(faults, this.#candidate, nowMs);
    for (const fault of faults) this.#judged.set(fault, null);
    for (const admission of admitted) this.#judged.set(admission.fault, admittedFaultOf(admission));
    this.#entries = this.#present(faults);
    return admitted;
  }
  /**
   * Takes up a change in the edge's faults. Returns the new admissions, `came` (none unless `meets`: the connection may
   * be about to end). A fault that left has `left` set on the admission; `wounded`: a leaving fault lost bytes.
   */
  change(meets: boolean, nowMs: number): { readonly came: readonly Admission[]; readonly wounded: boolean } {
    const faults = this.#edge.connectionFaults;
    // Loops: ten thousand connections take up the end of a fault together, in code that has hardly run before.
    let wounded = false;
    for (const { admission } of this.#entries) {
      if (faults.includes(admission.fault)) continue;
      wounded ||= admission.wounded;
      this.#isTreated ||= admission.hasHit;
      this.#hitUntil = Math.max(this.#hitUntil, admission.hitUntil);
      admission.leave();
      if (admission.fault.isGone) admission.over();
    }
    for (const fault of this.#judged.keys()) if (fault.isGone) this.#judged.delete(fault);
    if (faults.length === 0) {
      this.#entries = NO_ENTRIES;
      return wounded ? WOUNDED : UNWOUNDED;
    }
    const came = meets ? faults.flatMap((fault) => this.#meet(fault, nowMs) ?? []) : [];
    this.#entries = this.#present(faults);
    return { came, wounded };
  }
  pick(admission: Admission): void {
    this.#picks = [...this.#picks, admission];
  }
  /** Ends all admissions: the connection is gone. */
  over(): void {
    for (const admission of this.#picks) admission.over();
    for (const entry of this.#judged.values()) entry?.admission.over();
  }

  #meet(fault: LiveFault, nowMs: number): Admission | null {
    const known = this.#judged.get(fault);
    if (known === null || known?.admission.left === false) return null;
    const admission =
      known === undefined ? this.#edge.join(fault, this.#candidate, nowMs) : this.#edge.rejoin(known.admission, nowMs);
    this.#judged.set(fault, admission === null ? (known ?? null) : admittedFaultOf(admission));
    return admission;
  }
  #all(): readonly Admission[] {
    return [...this.#entries.map(({ admission }) => admission), ...this.#picks];
  }
  #present(faults: readonly LiveFault[]): readonly AdmittedFault[] {
    return faults.flatMap((fault) => {
      const entry = this.#judged.get(fault);
      return entry == null || entry.admission.left ? [] : [entry];
    });
  }
}
