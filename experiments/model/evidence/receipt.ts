/** Receipts: the proof of a fault's effect. seen ⊇ matched = injected + spared + capped + untouched (DESIGN.md 2). */
import type { Unit } from "../faults/fault.ts";
import type { AgentBoot, EdgeId, FaultId, FaultName } from "../names.ts";

/** Resource of which an agent had no more: file descriptors of its process, or local ports of its machine. */
export type Resource = "descriptors" | "ports";
/** Callers of the edge that an agent refused because its own resources were exhausted, while the fault was live. */
export interface Exhaustion {
  readonly of: Resource;
  readonly refused: number;
  /** Number of descriptors or ports that may be had; absent: unknown. */
  readonly limit?: number;
}

/** Time in which a callee was away, in ms of a fault's live time. */
export interface Absence {
  readonly fromMs: number;
  readonly toMs?: number;
}

/** Receipt, cumulative for an agent boot and a fault id: a repeated or lost report counts no hit twice. */
export interface Receipt {
  readonly id: FaultId;
  readonly fault: FaultName;
  readonly edge: EdgeId;
  readonly unit: Unit;
  readonly seen: number;
  readonly matched: number;
  readonly injected: number;
  readonly spared: number;
  readonly capped: number;
  /**
   * Matched and drawn units without an effect: an earlier fault made the fault pointless, or the unit ended before.
   * Includes units still under way.
   */
  readonly untouched: number;
  /** Milliseconds this fault has been live on this agent, pulse rests included. */
  readonly liveMs: number;
  /** Ordinals (among the matched units, from 1) of the first 1,000 hits. */
  readonly ordinals: readonly number[];
  /** Hits of exchanges that carried a mark of the run (PROOF.md 3); absent: marks were not read. */
  readonly markedHits?: number;
  /** Requests under way when a connection that carries requests was hit; absent: none, or not counted. */
  readonly requests?: number;
  /** Requests of `requests` that carried a mark of the run. */
  readonly markedRequests?: number;
  /** Connections hit without a request known to be under way: each may have cost an unread request. */
  readonly unread?: number;
  /**
   * Hits by address of the endpoint, where the edge has several; further addresses than the contract has room for are
   * left out. Absent: a single endpoint, no hit, or the agent does not say.
   */
  readonly endpoints?: Readonly<Record<string, number>>;
  /** Absent: none, or the agent does not say. */
  readonly exhausted?: readonly Exhaustion[];
  /**
   * Units on which the fault could not act while it was live: the process before an upgrade of the agent carried them,
   * they passed an agent that ended, or they passed by the redirect. Absent: none, or the agent does not say.
   */
  readonly escaped?: number;
  /** Cause of `escaped`, where that is the redirect; absent: an upgrade, or an agent that ended. */
  readonly escapedBy?: "redirect";
  /**
   * Units that the fault slowed down beyond what it says, because the agent's memory for held bytes was short; absent:
   * none, or the agent does not say.
   */
  readonly squeezed?: number;
  /**
   * Times in which the callee was away because a fault had struck its process, as live times; `toMs` absent: to the end.
   * Absent: the fault strikes no process, or the agent does not say.
   */
  readonly absences?: readonly Absence[];
  /** Live time `liveMs` of the first hit; absent: no hit. */
  readonly firstHitMs?: number;
  /** Live time `liveMs` when the run's cap first spared a unit; absent: no unit spared. */
  readonly firstCappedMs?: number;
}

/** Latest receipts of each agent boot, by fault id. */
export type Receipts = Readonly<Record<AgentBoot, Readonly<Record<FaultId, Receipt>>>>;

/** Problem of a receipt; null: the receipt adds up. A receipt that does not add up proves no hit. */
export const receiptProblem = ({ id, ...counts }: Receipt): string | null => {
  const { seen, matched, injected, spared, capped, untouched, liveMs } = counts;
  const wrong = Object.entries({ seen, matched, injected, spared, capped, untouched, liveMs }).find(
    ([, count]) => !(count >= 0 && Number.isFinite(count)),
  );
  if (wrong !== undefined) return `receipt ${id}: ${wrong[0]} is ${wrong[1]}, expected 0 or more`;
  if (seen < matched) return `receipt ${id}: matched ${matched} of only ${seen} seen`;
  const parts = injected + spared + capped + untouched;
  return parts === matched
    ? null
    : `receipt ${id}: matched ${matched}, but injected + spared + capped + untouched is ${parts}`;
};

/** All receipts of a fault on an edge, each from a different boot. */
export const receiptsOn = (receipts: Receipts, id: FaultId): readonly Receipt[] =>
  Object.values(receipts).flatMap((byId) => byId[id] ?? []);

/**
 * Receipt over all boots: counts add up, ordinals are those of every boot, and the live time is that of the boot with
 * the shortest.
 */
export const joinReceipts = (receipts: readonly Receipt[]): Receipt | null => {
  const [first] = receipts;
  if (first === undefined) return null;
  const total = (count: (receipt: Receipt) => number) => receipts.reduce((sum, receipt) => sum + count(receipt), 0);
  return {
    ...first,
    seen: total(({ seen }) => seen),
    matched: total(({ matched }) => matched),
    injected: total(({ injected }) => injected),
    spared: total(({ spared }) => spared),
    capped: total(({ capped }) => capped),
    untouched: total(({ untouched }) => untouched),
    markedHits: total(({ markedHits = 0 }) => markedHits),
    ...(receipts.some(({ requests }) => requests !== undefined) && {
      requests: total(({ requests = 0 }) => requests),
      markedRequests: total(({ markedRequests = 0 }) => markedRequests),
      unread: total(({ unread = 0 }) => unread),
    }),
    ...(receipts.some(({ endpoints }) => endpoints !== undefined) && { endpoints: sumEndpoints(receipts) }),
    ...(receipts.some(({ escaped = 0 }) => escaped > 0) && { escaped: total(({ escaped = 0 }) => escaped) }),
    ...(receipts.some(({ escapedBy }) => escapedBy === "redirect") && { escapedBy: "redirect" as const }),
    ...(receipts.some(({ squeezed = 0 }) => squeezed > 0) && { squeezed: total(({ squeezed = 0 }) => squeezed) }),
    liveMs: Math.min(...receipts.map(({ liveMs }) => liveMs)),
    ordinals: receipts
      .flatMap(({ ordinals }) => ordinals)
      .sort((a, b) => a - b)
      .slice(0, 1_000),
  };
};

const sumEndpoints = (receipts: readonly Receipt[]): Readonly<Record<string, number>> => {
  const sums = new Map<string, number>();
  for (const { endpoints = {} } of receipts)
    for (const [address, hits] of Object.entries(endpoints)) sums.set(address, (sums.get(address) ?? 0) + hits);
  return Object.fromEntries(sums);
};

/** Number of units that all faults of a run hit together. */
export const injectedIn = (receipts: Receipts): number =>
  Object.values(receipts)
    .flatMap((byId) => Object.values(byId))
    .reduce((sum, { injected }) => sum + injected, 0);
