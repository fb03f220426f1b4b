/**
 * Lacks of agents: callers that an agent refused because its own process or machine had no room (DATA-PATH.md 1). What
 * was refused met no fault and no callee, so it speaks neither for nor against the system under test.
 */

import type { Lack, LackKind, Receipts } from "../evidence/receipt.ts";
import { type AgentBoot, type EdgeId, spellEdge } from "../names.ts";
import { ownKeys } from "../own-property.ts";
import { spellCount } from "../text/words.ts";
import type { ReasonCode } from "./verdict.ts";

/** Lack of an agent on an edge. */
export interface AgentLack extends Lack {
  readonly boot: AgentBoot;
  readonly edge: EdgeId;
}

/** Lacks by agent, edge and kind. Faults of the same edge count the same callers: the greatest count is taken. */
export const lacksIn = (receipts: Receipts): readonly AgentLack[] => {
  const lacks = new Map<string, AgentLack>();
  for (const boot of ownKeys(receipts))
    for (const { edge, lacks: told = [] } of Object.values(receipts[boot]!))
      for (const lack of told) {
        const key = JSON.stringify([boot, edge, lack.of]);
        if (lack.refused > (lacks.get(key)?.refused ?? 0)) lacks.set(key, { ...lack, boot, edge });
      }
  return [...lacks.values()];
};
/** Number of callers that agents refused for a lack of their own while a fault was live. */
export const refusedIn = (receipts: Receipts): number =>
  lacksIn(receipts).reduce((sum, { refused }) => sum + refused, 0);

const WORDS: Readonly<Record<LackKind, { readonly lack: string; readonly limit: string; readonly remedy: string }>> = {
  descriptors: {
    lack: "file descriptors",
    limit: "its process may have",
    remedy: "Raise its limit of open files (`ulimit -n`, `LimitNOFILE=`), or let callers wait for less.",
  },
  ports: {
    lack: "local ports",
    limit: "its machine has",
    remedy: "Widen `net.ipv4.ip_local_port_range` there, or give the callee more endpoints.",
  },
};

/** Gaps in the evidence: a sentence for each agent, edge and lack, with the limit and the remedy. */
export const lackGaps = (
  receipts: Receipts,
  nameOf: (boot: AgentBoot) => string,
): readonly { readonly because: Extract<ReasonCode, "gap">; readonly reason: string }[] =>
  lacksIn(receipts).map(({ boot, edge, of, refused, limit }) => {
    const words = WORDS[of];
    const most = limit === undefined ? "" : `, of which ${words.limit} ${limit}`;
    const reason = `The agent ${nameOf(boot)} itself refused ${spellCount(refused, "caller")} of ${spellEdge(edge)} for want of ${words.lack}${most}: no fault and no callee met those. ${words.remedy}`;
    return { because: "gap", reason };
  });
