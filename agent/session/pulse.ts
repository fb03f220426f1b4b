/** The pulse: once a second, all that this agent has counted since it started, and what it holds. */
import type { Agent } from "../agent.ts";
import type { ToServer } from "../contract/messages.ts";

/** Latencies are taken with it: one pulse, one listener. */
export const buildPulse = (agent: Agent, session: string, n: number, nowMs: number): ToServer => {
  const { edges } = agent;
  const recent = agent.stalls(nowMs);
  edges.watches.sweep(nowMs);
  // Receipts count as hits what is held by now: marks are told after that.
  const receipts = edges.receipts(nowMs);
  const marks = edges.marks.report(n, nowMs);
  const counts = edges.takeCounts();
  agent.pulsing(edges.isUsed);
  return {
    type: "pulse",
    session,
    n,
    remains: agent.remains(),
    table: agent.table.mark,
    receipts,
    watches: edges.watches.counts(nowMs),
    edges: counts,
    ...(recent.length > 0 && { stalls: recent }),
    ...(marks === null ? {} : { marks }),
  };
};
