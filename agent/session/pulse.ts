/** The pulse: once a second, the agent's counts since the start, and the held faults. */
import type { Agent } from "../agent.ts";
import type { ToServer } from "../contract/messages.ts";

/** Builds a pulse and takes the latencies out of the meters: call once for each pulse. */
export const buildPulse = (agent: Agent, session: string, n: number, nowMs: number): ToServer => {
  const { edges } = agent;
  const recent = agent.stalls(nowMs);
  edges.watches.sweep(nowMs);
  // Receipts count held bytes as hits by now: marks are reported after the receipts.
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
