/** Receipts: the proof of what a fault did. seen ⊇ matched = injected + spared + capped + untouched (DESIGN.md 2). */
import type { Unit } from "../faults/fault.ts";
import type { Boot, EdgeId, FaultId, FaultName } from "../names.ts";

/** Cumulative for one agent boot and one fault id: a repeated or lost report counts nothing twice. */
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
  /** Matched and drawn, but nothing was done: an earlier fault made it pointless, or it ended before. Includes those still under way. */
  readonly untouched: number;
  /** Milliseconds this fault has been live on this agent, pulse rests included. */
  readonly liveMs: number;
  /** Ordinals (among what it matched, from 1) of the first 1,000 hits. */
  readonly ordinals: readonly number[];
  /** Hits of exchanges that carried a mark of the run (PROOF.md 3); absent: nobody looked. */
  readonly markedHits?: number;
  /** Of connections that carry requests: requests under way when their connection was hit; absent: none, or nobody looked. */
  readonly requests?: number;
  /** Those of them that carried a mark of the run. */
  readonly markedRequests?: number;
  /** Connections hit while no request was known to be under way on them: each may have cost an unread request. */
  readonly unread?: number;
  /** `liveMs` at the first hit; absent: nothing was hit yet. */
  readonly firstHitMs?: number;
  /** `liveMs` when the run's cap first spared a unit; absent: it has not. */
  readonly firstCappedMs?: number;
}

/** What each agent boot said last, by fault id. */
export type Receipts = Readonly<Record<Boot, Readonly<Record<FaultId, Receipt>>>>;

/** What is wrong with a receipt; null: it adds up. One that does not add up proves nothing. */
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

/** All receipts of one fault on one edge, one a boot. */
export const receiptsOn = (receipts: Receipts, id: FaultId): readonly Receipt[] =>
  Object.values(receipts).flatMap((byId) => byId[id] ?? []);

/** One receipt over all boots: counts add up, ordinals are those of every boot; live as long as the one that was live shortest. */
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
    liveMs: Math.min(...receipts.map(({ liveMs }) => liveMs)),
    ordinals: receipts
      .flatMap(({ ordinals }) => ordinals)
      .sort((a, b) => a - b)
      .slice(0, 1_000),
  };
};

/** How many units all faults of a run hit together. */
export const injectedIn = (receipts: Receipts): number =>
  Object.values(receipts)
    .flatMap((byId) => Object.values(byId))
    .reduce((sum, { injected }) => sum + injected, 0);
