/**
 * Escapes: what the process that an agent was upgraded from still carries while a fault is live (DATA-PATH.md 1). No
 * fault of the successor acts there.
 */

import type { Receipts } from "../evidence/receipt.ts";
import { type AgentBoot, faultId, spellEdge } from "../names.ts";
import { ownKeys, ownProperty } from "../own-property.ts";
import type { Plan, PlannedFault } from "../plan/plan.ts";
import { spellCount } from "../text/words.ts";
import type { ReasonCode } from "./verdict.ts";

/** A fault on a share of the traffic spares some anyway; a fault on all of it must have met all. */
const isOnAll = ({ share: { steps } }: PlannedFault): boolean => steps.every((share) => share >= 1);

/** Gaps in the evidence: faults on all traffic of an edge that some of that traffic escaped. */
export const escapeGaps = (
  plan: Plan,
  receipts: Receipts,
  nameOf: (boot: AgentBoot) => string,
): readonly { readonly because: Extract<ReasonCode, "gap">; readonly reason: string }[] =>
  plan.faults.filter(isOnAll).flatMap(({ name, targets }) =>
    targets.flatMap(({ edge }) =>
      ownKeys(receipts).flatMap((boot) => {
        const { escaped = 0, unit } = ownProperty(receipts[boot]!, faultId(plan.run, name, edge)) ?? {};
        if (escaped === 0 || unit === undefined) return [];
        const reason = `${name} could not act on ${spellCount(escaped, unit)} of ${spellEdge(edge)}: the process that the agent ${nameOf(boot)} was upgraded from still carried them. Start the run once that process has ended, or let the callers connect anew.`;
        return [{ because: "gap" as const, reason }];
      }),
    ),
  );
