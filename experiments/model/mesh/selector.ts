/** Selectors of callers, callees and edges in a mesh, in model form; `targets.ts` gives the edges that a selector matches. */
import type { ServiceName } from "../names.ts";

export type Labels = Readonly<Record<string, string>>;
/** Selector of a callee: a service name, `"*"`, or labels of its endpoints. */
export type Selector = string | { readonly labels: Labels };
/** Number of selected instances to strike: a count, or a share of the selected instances, rounded up. */
export type HowMany = { readonly count: number } | { readonly share: number };
/**
 * Selector of a caller: a service name, `"*"`, or some instances; an instance's own labels win over those of the
 * service.
 */
export type CallerSelector =
  | string
  | { readonly service?: ServiceName; readonly labels?: Labels; readonly instances?: HowMany };
export interface EdgeSelector {
  readonly from: CallerSelector;
  readonly to: Selector;
  /** Place of the edges that are meant; absent: at the caller. */
  readonly at?: "callee";
}
