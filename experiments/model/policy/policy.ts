/** The Policy file in its model form: who may inject what, where and when. */
import type { Labels, Selector } from "../experiment.ts";
import type { FaultKind } from "../faults/index.ts";
import type { ServiceName } from "../names.ts";
import type { Freeze, Window } from "../schedule/window.ts";

/** Who starts a run, as far as a policy looks at it. */
export interface Actor {
  /** Of the token. */
  readonly name: string;
  readonly role: string;
}
/** Edges by the names or labels of the services at their ends, or `"*"`. */
export interface EdgeScope {
  readonly from: Selector;
  readonly to: Selector;
}
export interface Policy {
  readonly name: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly description: string;
  /** Whom it binds: who has one of the roles or one of the token names; null: everybody. */
  readonly who: { readonly roles: readonly string[]; readonly tokens: readonly string[] } | null;
  /** The edges it is about; null: every edge. */
  readonly where: readonly EdgeScope[] | null;
  /**
   * What may be injected there. Such grants add up: where at least one policy has something to say, one of them must allow
   * the fault; null: it says nothing of it.
   */
  readonly allow: {
    /** null: every kind; empty: nothing at all. */
    readonly faults: readonly FaultKind[] | null;
    /** Greatest share of the requests, 0..1. */
    readonly share: number;
  } | null;
  /** No fault may touch an edge from or to one of these, whatever others allow. */
  readonly protected: readonly ServiceName[];
  /** IANA name; windows and freezes are in its local time. */
  readonly timeZone: string;
  /** Faults are live there only inside one of them; none: at any time. */
  readonly windows: readonly Window[];
  readonly freezes: readonly Freeze[];
}
