/**
 * Looks up token rows by the hash of their secret, many rows in a query. Strangers decide how often this server looks
 * up secrets never seen before. A flood of lookups shares a query for each turn of the event loop, so a good secret is
 * found as fast as ever, and the database has at most a single query of this kind at a time.
 */
import type { Db } from "../store/schema.ts";
import { findTokensByHash, type TokenRow } from "../store/tokens.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";

/** Hashes in a query. */
const BATCH = 500;
/** Most hashes that wait; a server with as many requests open answers no sooner by keeping more. */
const MAX_WAITING = 20_000;

interface WaitingLookup {
  readonly resolve: (row: TokenRow | undefined) => void;
  readonly reject: (error: Error) => void;
}
type Queue = Map<string, WaitingLookup[]>;

export class TokenLookups {
  readonly #db: Db;
  /** Lookups for requests that stop faults, ahead of all others. */
  readonly #urgent: Queue = new Map();
  readonly #others: Queue = new Map();
  #isAsking = false;

  constructor(db: Db) {
    this.#db = db;
  }
  /** undefined: there is no such token. Rejects when the database does, or when too many wait. */
  find(hash: string, { urgent }: { readonly urgent: boolean }): Promise<TokenRow | undefined> {
    const queue = urgent ? this.#urgent : this.#others;
    return new Promise((resolve, reject) => {
      const beside = queue.get(hash);
      if (beside !== undefined) beside.push({ resolve, reject });
      else if (queue.size >= MAX_WAITING) return reject(new Error("too many tokens are being looked up"));
      else queue.set(hash, [{ resolve, reject }]);
      if (!this.#isAsking) this.#ask().catch(reject);
    });
  }
  /** Never rejects: each failure is passed to the lookups that wait for the query. */
  async #ask(): Promise<void> {
    this.#isAsking = true;
    while (this.#urgent.size + this.#others.size > 0) {
      // Lookups that arrive in the same turn of the event loop share the query.
      await yieldToEventLoop();
      const batch = [...take(this.#urgent, BATCH), ...take(this.#others, BATCH)];
      try {
        const rows = await findTokensByHash(this.#db, [...new Set(batch.map(([hash]) => hash))]);
        const byHash = new Map(rows.map((row) => [row.hash, row]));
        for (const [hash, waiting] of batch) for (const { resolve } of waiting) resolve(byHash.get(hash));
      } catch (error) {
        for (const [, waiting] of batch) for (const { reject } of waiting) reject(error as Error);
      }
    }
    this.#isAsking = false;
  }
}

/** Takes the oldest lookups out of a queue. */
const take = (queue: Queue, most: number): (readonly [string, readonly WaitingLookup[]])[] => {
  const taken = [...queue].slice(0, most);
  for (const [hash] of taken) queue.delete(hash);
  return taken;
};
