/** What this agent's own administrator allows, whatever a server asks (SAFETY.md 5). */
import type { FaultOrder } from "./contract/messages.ts";

export interface Policy {
  /** Fault kinds that may be used; null: all. */
  readonly kinds: readonly string[] | null;
  /** Greatest share of the traffic that one fault may strike, 0..1. */
  readonly greatestShare: number;
}
export const ANYTHING: Policy = { kinds: null, greatestShare: 1 };

/** Why the policy forbids one of these faults, or null. */
export const forbids = ({ kinds, greatestShare }: Policy, faults: readonly FaultOrder[]): string | null => {
  for (const { name, action, share } of faults) {
    if (kinds !== null && !kinds.includes(action.kind))
      return `fault "${name}": this agent allows ${kinds.join(", ") || "no fault"}, not ${action.kind}`;
    const greatest = Math.max(...share.steps);
    if (greatest > greatestShare)
      return `fault "${name}": this agent allows a share of ${greatestShare * 100}% at most, not ${greatest * 100}%`;
  }
  return null;
};
