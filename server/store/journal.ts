/** Journals in the database: append and read. */
import type { Insertable } from "kysely";
import type { Entry, JournalRecord } from "../../experiments/model/journal.ts";
import { lockEpoch } from "./leader-row.ts";
import type { Db, Schema, Tx } from "./schema.ts";
import { atomically } from "./transaction.ts";
import { turn } from "./turn.ts";

/** A statement has room for 32,766 values. */
const MOST_ROWS = 1_000;
/** What the column takes. */
const GREATEST = 2 ** 31 - 1;
/** Read in a few milliseconds. */
const PAGE = 500;

/**
 * All or nothing. Throws Fenced when `epoch` is over: a server that leads no more adds nothing to what its successor may
 * already have finished. Records may be given again, say when the answer to a commit was lost: what is there already is
 * passed over. Another record under a number that is taken is refused.
 */
export const appendRecords = (db: Db, run: string, records: readonly JournalRecord[], epoch: number): Promise<void> =>
  atomically(db, async (tx) => {
    await lockEpoch(tx, epoch);
    const rows = records.map(({ sequence, wallMs, entry, hash }) => ({
      run,
      sequence,
      wall_ms: wallMs,
      entry: JSON.stringify(entry),
      hash,
    }));
    for (let from = 0; from < rows.length; from += MOST_ROWS) await insert(tx, run, rows.slice(from, from + MOST_ROWS));
  });

const insert = async (tx: Tx, run: string, rows: readonly Insertable<Schema["journal"]>[]): Promise<void> => {
  const { numInsertedOrUpdatedRows: written } = await tx
    .insertInto("journal")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["run", "sequence"]).doNothing())
    .executeTakeFirstOrThrow();
  if (Number(written) === rows.length) return;
  const numbers = rows.map(({ sequence }) => sequence);
  const there = await tx
    .selectFrom("journal")
    .select(["sequence", "hash"])
    .where("run", "=", run)
    .where("sequence", ">=", Math.min(...numbers))
    .where("sequence", "<=", Math.max(...numbers))
    .execute();
  const hashes = new Map(there.map(({ sequence, hash }) => [sequence, hash]));
  // A hash covers all that a record says and all that came before it.
  const taken = rows.find(({ sequence, hash }) => hashes.get(sequence) !== hash);
  if (taken !== undefined)
    throw new Error(`record ${taken.sequence} of run ${run} is there already, and is another one`);
};

const page = async (db: Db, run: string, after: number, most: number): Promise<JournalRecord[]> => {
  const rows = await db
    .selectFrom("journal")
    .select(["sequence", "wall_ms", "entry", "hash"])
    .where("run", "=", run)
    .where("sequence", ">", Math.min(after, GREATEST))
    .orderBy("sequence")
    .limit(most)
    .execute();
  return rows.map(({ wall_ms: wallMs, entry, ...row }) => ({ ...row, wallMs, entry: JSON.parse(entry) as Entry }));
};
/** In order, those after `after`, a page at a time: however many there are, nobody else waits for all of them. */
export async function* pagesOf(db: Db, run: string, after = 0): AsyncGenerator<readonly JournalRecord[]> {
  for (let last = after; ; ) {
    const records = await page(db, run, last, PAGE);
    if (records.length > 0) yield records;
    if (records.length < PAGE) return;
    last = records.at(-1)!.sequence;
    await turn();
  }
}
/** In order, those after `after`; at most `most`. */
export const readRecords = async (db: Db, run: string, after = 0, most = Number.POSITIVE_INFINITY) => {
  if (most <= PAGE) return page(db, run, after, most);
  const all: JournalRecord[] = [];
  for await (const records of pagesOf(db, run, after)) {
    all.push(...records);
    if (all.length >= most) break;
  }
  return all.length > most ? all.slice(0, most) : all;
};
