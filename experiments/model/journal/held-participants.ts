/**
 * Agents that took part in a run, read from the run's events alone: for `held-invariant.ts`, which trusts no part of
 * the deciding state machine.
 */

import type { Receipt } from "../evidence/receipt.ts";
import type { AgentBoot, FaultId } from "../names.ts";
import type { AgentRef } from "../plan/agents.ts";
import type { RunEvent } from "../run/event.ts";

type EventOf<T extends RunEvent["type"]> = Extract<RunEvent, { type: T }>;
export const ofType = <T extends RunEvent["type"]>(events: readonly RunEvent[], type: T): readonly EventOf<T>[] =>
  events.filter((event): event is EventOf<T> => event.type === type);

/**
 * Agent of the run. `joinedMs`: time at which the agent joined after the faults were first ordered; null: present
 * before.
 */
export interface Participant extends AgentRef {
  readonly joinedMs: number | null;
  /** Time at which the agent left in order; null: the agent stayed. */
  readonly leftMs: number | null;
}
/** Participants by the events up to the revert: an agent that joined later was never sent a fault. */
export const participantsOf = (events: readonly RunEvent[]): readonly Participant[] => {
  const readyAt = events.findIndex(({ type }) => type === "ready");
  const first = ofType(events, "ready")[0]?.agents ?? [];
  const ordered = ofType(events, "applied")[0]?.atMs ?? Number.POSITIVE_INFINITY;
  const leftMs = (boot: AgentBoot) => ofType(events, "left").find((event) => event.boot === boot)?.atMs ?? null;
  const cast: Participant[] = first.map((agent) => ({ ...agent, joinedMs: null, leftMs: leftMs(agent.boot) }));
  for (const { agent, atMs } of ofType(events.slice(readyAt), "joined")) {
    if (cast.some(({ boot }) => boot === agent.boot)) continue;
    cast.push({ ...agent, joinedMs: atMs < ordered ? null : atMs, leftMs: leftMs(agent.boot) });
  }
  return cast;
};

/** Time at which an agent first reported holding an order. */
export const firstApplied = (events: readonly RunEvent[], boot: AgentBoot): number | null =>
  ofType(events, "applied").find((event) => event.boot === boot)?.atMs ?? null;
/**
 * Time at which the last of the agents present at the start held the first order: `during` began then, or a moment
 * later.
 */
export const startOf = (cast: readonly Participant[], events: readonly RunEvent[]): number =>
  Math.max(0, ...cast.filter(({ joinedMs }) => joinedMs === null).map(({ boot }) => firstApplied(events, boot) ?? 0));

/** Exits since the run knew the agent: an agent that ended before took no part. */
export const exitsOf = (cast: readonly Participant[], events: readonly RunEvent[]) => {
  const known = (boot: AgentBoot, index: number) => {
    const from = events.findIndex(
      (event) =>
        (event.type === "ready" && event.agents.some((agent) => agent.boot === boot)) ||
        (event.type === "joined" && event.agent.boot === boot),
    );
    return from >= 0 && index >= from && cast.some((player) => player.boot === boot);
  };
  return events.flatMap((event, i) =>
    event.type === "lost" && event.how === "exited" && known(event.boot, i) ? [event] : [],
  );
};

export const lastReceipt = (events: readonly RunEvent[], boot: AgentBoot, id: FaultId): Receipt | null => {
  const mine = ofType(events, "receipts")
    .filter((event) => event.boot === boot)
    .flatMap(({ receipts }) => receipts.filter((receipt) => receipt.id === id));
  return mine.length === 0 ? null : mine.reduce((a, b) => (b.seen < a.seen || b.liveMs < a.liveMs ? a : b));
};
export const holds = ({ faults }: AgentRef, id: FaultId) => faults === undefined || faults.includes(id);
/** The last receipt of each agent that was sent this fault. */
export const receiptsOf = (
  cast: readonly Participant[],
  events: readonly RunEvent[],
  id: FaultId,
): readonly Receipt[] =>
  cast.filter((player) => holds(player, id)).flatMap(({ boot }) => lastReceipt(events, boot, id) ?? []);
