/** The Policy file in model form: actors, allowed faults, places and times. */

import type { FaultKind } from "../faults/index.ts";
import type { Labels, Selector } from "../mesh/selector.ts";
import type { DocumentName, ServiceName } from "../names.ts";
import type { Freeze, Window } from "../schedule/window.ts";

/** Actor that starts a run, with the data that a policy reads. */
export interface Actor {
  /** Name of the token. */
  readonly name: string;
  readonly role: string;
}
/** Edges by the names or labels of the services at both ends, or `"*"`. */
export interface EdgeScope {
  readonly from: Selector;
  readonly to: Selector;
}
export interface Policy {
  readonly name: DocumentName;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly description: string;
  /** Actors that the policy binds: those with any of the roles or token names; null: every actor. */
  readonly who: { readonly roles: readonly string[]; readonly tokens: readonly string[] } | null;
  /** Edges that the policy covers; null: every edge. */
  readonly where: readonly EdgeScope[] | null;
  /**
   * Faults that may be injected on those edges. Grants add up: where at least a single policy has a grant, at least a
   * single grant must allow the fault; null: the policy has no grant.
   */
  readonly allow: {
    /** null: every kind; empty: no kind. */
    readonly faults: readonly FaultKind[] | null;
    /** Greatest share of the requests, 0..1. */
    readonly share: number;
  } | null;
  /** Services whose edges no fault may touch, in either direction, even if other policies allow the fault. */
  readonly protected: readonly ServiceName[];
  /** IANA name; windows and freezes are in the local time of this zone. */
  readonly timeZone: string;
  /** Faults are live on the covered edges only inside a window; empty: at any time. */
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
}
