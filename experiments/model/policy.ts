/** The Policy file in its model form: who may inject what, where and when. */
import type { Document } from "./document.ts";
import type { Labels, Selector } from "./experiment.ts";
import type { FaultKind } from "./faults/index.ts";
import { ofAnnotations } from "./form/annotations.ts";
import { type Checked, check } from "./form/issues.ts";
import { withinLimits } from "./form/limits.ts";
import { policyFile, toPolicy } from "./form/policy.ts";
import { senseOfPolicy } from "./form/policy-sense.ts";
import type { ServiceName } from "./names.ts";
import { byPlace, type Issue, type Problem } from "./problem.ts";
import type { Freeze, Window } from "./window.ts";

/** Who starts a run, as far as a policy looks at it. */
export interface Actor {
  /** Of the token. */
  readonly name: string;
  readonly role: string;
}
/** Edges by the names or labels of the services at their ends, or `"*"`. */
export interface Where {
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
  readonly where: readonly Where[] | null;
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

const read = (value: unknown): Checked<Policy> => {
  const limits = withinLimits(value);
  if (limits.length > 0) return { issues: limits };
  const checked = check(policyFile, value);
  const sense = [...senseOfPolicy(value), ...ofAnnotations(value)];
  if ("data" in checked && sense.length === 0) return { data: toPolicy(checked.data) };
  return { issues: [...("issues" in checked ? checked.issues : []), ...sense] };
};

/** A document read into the model, or everything that is wrong with it. */
export const readPolicy = (
  document: Document,
): { readonly policy: Policy } | { readonly problems: readonly Problem[] } => {
  const result = read(document.value);
  return "data" in result
    ? { policy: result.data }
    : { problems: result.issues.map((issue) => document.locate(issue)).sort(byPlace) };
};
/** The same for data without a file. */
export const parsePolicy = (value: unknown): { readonly policy: Policy } | { readonly problems: readonly Issue[] } => {
  const result = read(value);
  return "data" in result ? { policy: result.data } : { problems: result.issues };
};

export { type Frozen, frozenAt, isFrozen, type Judged, judgePolicies } from "./policy-judge.ts";
/** The file form, for JSON Schema and docs. */
export { policyFile };
