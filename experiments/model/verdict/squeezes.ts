/**
 * Squeezes: flows that a delay slowed down, beyond what it says, because the agent's memory for held bytes was short
 * (DATA-PATH.md 5). What callers saw of those is not the fault that the experiment names.
 */

import type { Receipts } from "../evidence/receipt.ts";
import { type AgentBoot, spellEdge } from "../names.ts";
import { ownKeys } from "../own-property.ts";
import { spellCount } from "../text/words.ts";
import type { ReasonCode } from "./verdict.ts";

/** Gaps in the evidence: a sentence for each agent and fault, with the remedy. */
export const squeezeGaps = (
  receipts: Receipts,
  nameOf: (boot: AgentBoot) => string,
): readonly { readonly because: Extract<ReasonCode, "gap">; readonly reason: string }[] =>
  ownKeys(receipts).flatMap((boot) =>
    Object.values(receipts[boot]!).flatMap(({ fault, edge, unit, squeezed = 0 }) => {
      if (squeezed === 0) return [];
      const reason = `${fault} slowed ${spellCount(squeezed, unit)} of ${spellEdge(edge)} down by more than its delay: the memory of the agent ${nameOf(boot)} for held bytes was full. Give the agent more with \`--held-memory\`, or shorten the delay.`;
      return [{ because: "gap" as const, reason }];
    }),
  );

/** Most samples that squeezed flows may account for: a connection carries any number. */
export const squeezedIn = (receipts: Receipts): number =>
  ownKeys(receipts)
    .flatMap((boot) => Object.values(receipts[boot]!))
    .reduce((sum, { unit, squeezed = 0 }) => {
      if (squeezed === 0) return sum;
      return unit === "connection" ? Number.POSITIVE_INFINITY : sum + squeezed;
    }, 0);
