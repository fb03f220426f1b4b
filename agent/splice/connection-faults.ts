/** The connection faults upon one connection, as they come and go while it is open. Each is judged once, and remembered. */

import type { Admission } from "../faults/admission.ts";
import type { Candidate } from "../faults/candidate.ts";
import type { EdgeFaults } from "../faults/edge-faults.ts";
import type { LiveFault } from "../faults/live-fault.ts";
import type { FaultFilter } from "./fault-stage.ts";

/** There is no head at byte level. */
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

export class ConnectionFaults {
  readonly #edge: EdgeFaults;
  readonly #candidate: Candidate;
  /** What was decided about each fault; null: it spares this connection, for good. */
  readonly #judged = new Map<LiveFault, AdmittedFault | null>();
  /** Present ones, in the order of the faults. */
  #entries: readonly AdmittedFault[] = [];
  /** Let loose by a look of `reset: every`, beside the one judgement. */
  #picks: readonly Admission[] = [];
  #isTreated = false;
  #hitUntil = 0;

  constructor(edge: EdgeFaults, candidate: Candidate) {
    this.#edge = edge;
    this.#candidate = candidate;
  }
  /** A fault is here that may do something to this connection. */
  get isTouchable(): boolean {
    return this.#entries.length > 0 || this.#picks.length > 0;
  }
  /** A fault really did something to this connection, ever. */
  get isTreated(): boolean {
    if (this.isTouchable) this.#isTreated ||= this.#all().some(({ hasHit }) => hasHit);
    return this.#isTreated;
  }
  /** The last request that any fault hit, ever, by its ordinal on the connection; 0: none. */
  get hitUntil(): number {
    if (this.isTouchable) this.#hitUntil = Math.max(this.#hitUntil, ...this.#all().map((each) => each.hitUntil));
    return this.#hitUntil;
  }
  get isWounded(): boolean {
    return this.#all().some(({ wounded }) => wounded);
  }
  /** Nearest the caller first: the way of a request. */
  get request(): readonly ByteFilter[] {
    return this.#entries.flatMap(({ request }) => (request === null ? [] : [request]));
  }
  get response(): readonly ByteFilter[] {
    return this.#entries.toReversed().flatMap(({ response }) => (response === null ? [] : [response]));
  }

  /** The connection begins: everything live is judged. Returns what is let loose on it. */
  begin(nowMs: number): readonly Admission[] {
    const faults = this.#edge.connectionFaults;
    const admitted = this.#edge.admit(faults, this.#candidate, nowMs);
    for (const fault of faults) this.#judged.set(fault, null);
    for (const admission of admitted) this.#judged.set(admission.fault, admittedFaultOf(admission));
    this.#entries = this.#present(faults);
    return admitted;
  }
  /**
   * The faults of the edge changed. Returns who came (nobody, unless it `meets` them: it may be on its way out); who left has
   * `left` set, and `wounded` tells whether it lost bytes.
   */
  change(meets: boolean, nowMs: number): { readonly came: readonly Admission[]; readonly wounded: boolean } {
    const faults = this.#edge.connectionFaults;
    const leaving = this.#entries.filter(({ admission }) => !faults.includes(admission.fault));
    const wounded = leaving.some(({ admission }) => admission.wounded);
    this.#isTreated ||= leaving.some(({ admission }) => admission.hasHit);
    this.#hitUntil = Math.max(this.#hitUntil, ...leaving.map(({ admission }) => admission.hitUntil));
    for (const { admission } of leaving) {
      admission.leave();
      if (admission.fault.isGone) admission.over();
    }
    for (const fault of this.#judged.keys()) if (fault.isGone) this.#judged.delete(fault);
    const came = meets ? faults.flatMap((fault) => this.#meet(fault, nowMs) ?? []) : [];
    this.#entries = this.#present(faults);
    return { came, wounded };
  }
  pick(admission: Admission): void {
    this.#picks = [...this.#picks, admission];
  }
  /** The connection is gone. */
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
