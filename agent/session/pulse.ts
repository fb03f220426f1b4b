/** The pulse: once a second, the agent's counts since the start, and the held faults. */
import type { Agent } from "../agent.ts";
import type { ToServer } from "../contract/messages.ts";

/** Place of a pulse in its session. */
export interface PulseOf {
  readonly session: string;
  readonly n: number;
  /** True: the pulse has the counts of every edge; false: of the edges whose counts changed since the pulse before. */
  readonly isWhole: boolean;
}
/** Builds a pulse and takes the latencies out of the meters: call once for each pulse. */
export const buildPulse = (agent: Agent, { session, n, isWhole }: PulseOf, nowMs: number): ToServer => {
  const { edges } = agent;
  const recent = agent.stalls(nowMs);
  edges.watches.sweep(nowMs);
  // Receipts count held bytes as hits by now: marks are reported after the receipts.
  const receipts = edges.receipts(nowMs);
  const marks = edges.marks.report(n, nowMs);
  const { counts, unchanged } = isWhole ? { counts: edges.takeCounts(), unchanged: 0 } : edges.takeChangedCounts();
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
    ...(unchanged > 0 && { unchanged }),
    ...(recent.length > 0 && { stalls: recent }),
    ...(marks === null ? {} : { marks }),
    ...(agent.strangers !== null && { strangers: agent.strangers }),
  };
};
