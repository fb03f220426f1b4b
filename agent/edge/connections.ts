/** Open connections of an edge by endpoint: for `plan`, which tells how many of them a selector of endpoints reaches. */
import { LIMITS } from "../contract/limits.ts";

/** Counts by endpoint's address; null: so many endpoints are in use that the contract has no room for all. */
export const countByEndpoint = (endpoints: Iterable<string>): Readonly<Record<string, number>> | null => {
  const counts = new Map<string, number>();
  for (const endpoint of endpoints) counts.set(endpoint, (counts.get(endpoint) ?? 0) + 1);
  return counts.size > LIMITS.receiptEndpoints ? null : Object.fromEntries(counts);
};
