/**
 * Escapes: traffic past a live fault. The process that an agent was upgraded from still carries some (DATA-PATH.md 1),
 * where no fault of the successor acts; and an agent that ends drops its faults before its last traffic is over.
 */

import type { Receipts } from "../evidence/receipt.ts";
import { type AgentBoot, faultId, spellEdge } from "../names.ts";
import { ownKeys, ownProperty } from "../own-property.ts";
import type { Plan, PlannedFault } from "../plan/plan.ts";
import { spellCount } from "../text/words.ts";
import type { ReasonCode } from "./verdict.ts";

/** A fault on a share of the traffic spares some anyway; a fault on all of it must have met all. */
const isOnAll = ({ share: { steps } }: PlannedFault): boolean => steps.every((share) => share >= 1);

export interface EscapeContext {
  readonly nameOf: (boot: AgentBoot) => string;
  /** Agents that left in order. */
  readonly left: Readonly<Record<AgentBoot, number>>;
}
const why = (boot: AgentBoot, { nameOf, left }: EscapeContext): string =>
  ownProperty(left, boot) === undefined
    ? `the process that the agent ${nameOf(boot)} was upgraded from still carried them. Start the run once that process has ended, or let the callers connect anew.`
    : `the agent ${nameOf(boot)} was ending, and carried them without the fault. Let the callers end before their agent does.`;

/**
 * Gaps in the evidence: faults on all traffic of an edge that some of that traffic escaped. Under an agent that was
 * ending, faults on a share too: a unit that was hit may have been let go early.
 */
export const escapeGaps = (
  plan: Plan,
  receipts: Receipts,
  context: EscapeContext,
): readonly { readonly because: Extract<ReasonCode, "gap">; readonly reason: string }[] =>
  plan.faults.flatMap((fault) =>
    fault.targets.flatMap(({ edge }) =>
      ownKeys(receipts).flatMap((boot) => {
        if (!isOnAll(fault) && ownProperty(context.left, boot) === undefined) return [];
        const { escaped = 0, unit } = ownProperty(receipts[boot]!, faultId(plan.run, fault.name, edge)) ?? {};
        if (escaped === 0 || unit === undefined) return [];
        const reason = `${fault.name} could not act on ${spellCount(escaped, unit)} of ${spellEdge(edge)}: ${why(boot, context)}`;
        return [{ because: "gap" as const, reason }];
      }),
    ),
  );
