/** Limit on the receipts of a pulse: the contract bounds their number and their ordinals. */

import type { Receipt } from "../../experiments/model/evidence/receipt.ts";
import type { FaultId } from "../../experiments/model/names.ts";
import { LIMITS } from "../contract/limits.ts";

/**
 * Receipts of live faults, then the newest of ended faults; each with an equal part of the ordinals. `all`: the oldest
 * first.
 */
export const limitReceipts = (all: readonly Receipt[], live: ReadonlySet<FaultId>): readonly Receipt[] => {
  const here = all.filter(({ id }) => live.has(id)).slice(0, LIMITS.receipts);
  const left = all.filter(({ id }) => !live.has(id)).slice(-LIMITS.receipts);
  const room = LIMITS.receipts - here.length;
  const told = [...here, ...(room === 0 ? [] : left.slice(-room))];
  if (told.reduce((sum, { ordinals }) => sum + ordinals.length, 0) <= LIMITS.ordinalsInAll) return told;
  const part = Math.floor(LIMITS.ordinalsInAll / told.length);
  return told.map((receipt) => ({ ...receipt, ordinals: receipt.ordinals.slice(0, part) }));
};
