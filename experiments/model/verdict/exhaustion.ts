/**
 * Exhausted agents: callers that an agent refused because its own process or machine had no room (DATA-PATH.md 1). What
 * was refused met no fault and no callee, so it speaks neither for nor against the system under test.
 */

import type { Exhaustion, Receipts, Resource } from "../evidence/receipt.ts";
import { type AgentBoot, type EdgeId, spellEdge } from "../names.ts";
import { ownKeys } from "../own-property.ts";
import { spellCount } from "../text/words.ts";
import type { ReasonCode } from "./verdict.ts";

/** Exhausted resource of an agent on an edge. */
export interface AgentExhaustion extends Exhaustion {
  readonly boot: AgentBoot;
  readonly edge: EdgeId;
}

/** Exhausted resources by agent and edge. Faults of the same edge count the same callers: the greatest count is taken. */
export const exhaustionIn = (receipts: Receipts): readonly AgentExhaustion[] => {
  const exhausted = new Map<string, AgentExhaustion>();
  for (const boot of ownKeys(receipts))
    for (const { edge, exhausted: told = [] } of Object.values(receipts[boot]!))
      for (const exhaustion of told) {
        const key = JSON.stringify([boot, edge, exhaustion.of]);
        if (exhaustion.refused > (exhausted.get(key)?.refused ?? 0)) exhausted.set(key, { ...exhaustion, boot, edge });
      }
  return [...exhausted.values()];
};
/** Number of callers that agents refused because the agents' resources were exhausted while a fault was live. */
export const refusedIn = (receipts: Receipts): number =>
  exhaustionIn(receipts).reduce((sum, { refused }) => sum + refused, 0);

const WORDS: Readonly<Record<Resource, { readonly noun: string; readonly limit: string; readonly remedy: string }>> = {
  descriptors: {
    noun: "file descriptors",
    limit: "its process may have",
    remedy: "Raise its limit of open files (`ulimit -n`, `LimitNOFILE=`), or let callers wait for less.",
  },
  ports: {
    noun: "local ports",
    limit: "its machine has",
    remedy: "Widen `net.ipv4.ip_local_port_range` there, or give the callee more endpoints.",
  },
};

/** Gaps in the evidence: a sentence for each agent, edge and resource, with the limit and the remedy. */
export const exhaustionGaps = (
  receipts: Receipts,
  nameOf: (boot: AgentBoot) => string,
): readonly { readonly because: Extract<ReasonCode, "gap">; readonly reason: string }[] =>
  exhaustionIn(receipts).map(({ boot, edge, of, refused, limit }) => {
    const words = WORDS[of];
    const most = limit === undefined ? "" : `, of which ${words.limit} ${limit}`;
    const reason = `The agent ${nameOf(boot)} itself refused ${spellCount(refused, "caller")} of ${spellEdge(edge)} for want of ${words.noun}${most}: no fault and no callee met those. ${words.remedy}`;
    return { because: "gap", reason };
  });
