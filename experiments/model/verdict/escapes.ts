/**
 * Escapes: traffic past a live fault. The process that an agent was upgraded from still carries some (DATA-PATH.md 1),
 * where no fault of the successor acts; an agent that ends drops its faults before its last traffic is over; and
 * connections that the kernel does not redirect never come to the agent.
 */

import type { Receipt, Receipts } from "../evidence/receipt.ts";
import { type AgentBoot, type EdgeId, edgeAt, faultId, spellEdge } from "../names.ts";
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
/** Connections that pass by: the older ones, which `existing: reset` cuts, and those that no redirect brought. */
const whyNotRedirected = ({ existing }: PlannedFault, edge: EdgeId, agent: string): string => {
  const isAtCallee = edgeAt(edge) === "callee";
  const other = isAtCallee
    ? "or the mesh has no address of their caller for their family (IPv4, IPv6)"
    : "or they went to an address that the mesh, or its name, did not have yet";
  const late = "the agent did not renew the redirect in time";
  if (existing === undefined)
    return `they passed by the redirect of the agent ${agent}: they were open before, ${late}, ${other}. \`existing: reset\` cuts those that were open before.`;
  const own = isAtCallee ? "they came from the callee's own machine, " : "";
  const remedy = isAtCallee
    ? "call from another machine, and give the mesh the addresses that callers call from"
    : "and give the mesh the addresses that callers dial";
  return `they passed by the redirect of the agent ${agent}, which cut those that were open before: ${late}, ${own}${other}. Give the agent the CPU that it needs, ${remedy}.`;
};
const why = (
  fault: PlannedFault,
  { escapedBy }: Receipt,
  [edge, boot]: readonly [EdgeId, AgentBoot],
  { nameOf, left }: EscapeContext,
): string => {
  if (escapedBy === "redirect") return whyNotRedirected(fault, edge, nameOf(boot));
  return ownProperty(left, boot) === undefined
    ? `the process that the agent ${nameOf(boot)} was upgraded from still carried them. Start the run once that process has ended, or let the callers connect anew.`
    : `the agent ${nameOf(boot)} was ending, and carried them without the fault. Let the callers end before their agent does.`;
};

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
        const receipt = ownProperty(receipts[boot]!, faultId(plan.run, fault.name, edge));
        if (receipt === undefined) return [];
        const { escaped = 0, escapedBy, unit } = receipt;
        if (escaped === 0) return [];
        // The kernel knows connections, and no exchanges.
        const passed = spellCount(escaped, escapedBy === undefined ? unit : "connection");
        const reason = `${fault.name} could not act on ${passed} of ${spellEdge(edge)}: ${why(fault, receipt, [edge, boot], context)}`;
        return [{ because: "gap" as const, reason }];
      }),
    ),
  );
