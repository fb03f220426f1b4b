/** Journals in the database: append and read. */
import type { Insertable } from "kysely";
import { chainText, type Entry, GENESIS, type JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunId } from "../../experiments/model/names.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import { digest } from "./chain.ts";
import { Fenced, JournalGap } from "./errors.ts";
import type { Db, Schema, Tx } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

/** Most rows per statement: a statement has room for 32,766 values. */
const MOST_ROWS = 1_000;
/** Greatest value of the column. */
const GREATEST = 2 ** 31 - 1;
/** Records per page, read in a few milliseconds. */
const PAGE = 500;

/**
 * Appends all records or none. Throws Fenced when `epoch` is over: a former leader adds no record to a journal that a
 * successor may already have finished. Throws JournalGap if the database lacks the record before the first of these, by
 * sequence and hash, or holds a different record under the same number. Records may be given again, for instance when
 * the answer to a commit was lost: records present already are passed over. Returns true if any record is new.
 */
export const appendRecords = (db: Db, run: RunId, records: readonly JournalRecord[], epoch: number): Promise<boolean> =>
  inTransaction(db, async (tx) => {
    const [first] = records;
    if (first === undefined) return false;
    checkFollows(run, first, await lockBefore(tx, run, first.sequence, epoch));
    const rows = records.map(({ sequence, wallMs, entry, hash }) => ({
      run,
      sequence,
      wall_ms: wallMs,
      entry: JSON.stringify(entry),
      hash,
    }));
    let written = 0;
    for (let from = 0; from < rows.length; from += MOST_ROWS)
      written += await insert(tx, run, rows.slice(from, from + MOST_ROWS));
    return written > 0;
  });

/**
 * Locks the epoch like `lockEpoch`, and in the same round trip reads the hash of the record before `sequence`; null:
 * absent.
 */
const lockBefore = async (tx: Tx, run: RunId, sequence: number, epoch: number): Promise<string | null> => {
  const row = await tx
    .selectFrom("leader")
    .select(({ selectFrom }) =>
      selectFrom("journal")
        .select("hash")
        .where("run", "=", run)
        .where("sequence", "=", sequence - 1)
        .as("before"),
    )
    .where("id", "=", 1)
    .where("epoch", "=", epoch)
    .forKeyShare()
    .executeTakeFirst();
  if (row === undefined) throw new Fenced(epoch);
  return row.before;
};
/**
 * Checks that `first` follows the stored record. A record's hash covers the hash of the record before, and so
 * identifies that record.
 */
const checkFollows = (run: RunId, first: JournalRecord, stored: string | null): void => {
  const { sequence, hash } = first;
  const before = sequence === 1 ? GENESIS : stored;
  if (before === null) throw new JournalGap(run, `record ${sequence - 1} is missing, which record ${sequence} follows`);
  if (digest(chainText(before, first)) !== hash)
    throw new JournalGap(run, `record ${sequence - 1} is another one than record ${sequence} follows`);
};

const insert = async (tx: Tx, run: RunId, rows: readonly Insertable<Schema["journal"]>[]): Promise<number> => {
  const { numInsertedOrUpdatedRows: written } = await tx
    .insertInto("journal")
    .values(rows)
    .onConflict((conflict) => conflict.columns(["run", "sequence"]).doNothing())
    .executeTakeFirstOrThrow();
  if (Number(written) === rows.length) return rows.length;
  const numbers = rows.map(({ sequence }) => sequence);
  const there = await tx
    .selectFrom("journal")
    .select(["sequence", "hash"])
    .where("run", "=", run)
    .where("sequence", ">=", Math.min(...numbers))
    .where("sequence", "<=", Math.max(...numbers))
    .execute();
  const hashes = new Map(there.map(({ sequence, hash }) => [sequence, hash]));
  // A hash covers the whole record and all records before.
  const taken = rows.find(({ sequence, hash }) => hashes.get(sequence) !== hash);
  if (taken !== undefined) throw new JournalGap(run, `record ${taken.sequence} is there already, and is another one`);
  return Number(written);
};

const page = async (db: Db, run: RunId, after: number, most: number): Promise<JournalRecord[]> => {
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
/** Records after `after`, in order, a page at a time: however many there are, no other work waits for all of them. */
export async function* readPages(db: Db, run: RunId, after = 0): AsyncGenerator<readonly JournalRecord[]> {
  for (let last = after; ; ) {
    const records = await page(db, run, last, PAGE);
    if (records.length > 0) yield records;
    if (records.length < PAGE) return;
    last = records.at(-1)!.sequence;
    await yieldToEventLoop();
  }
}
/** Records after `after`, in order, at most `most`. */
export const readRecords = async (db: Db, run: RunId, after = 0, most = Number.POSITIVE_INFINITY) => {
  if (most <= PAGE) return page(db, run, after, most);
  const all: JournalRecord[] = [];
  for await (const records of readPages(db, run, after)) {
    all.push(...records);
    if (all.length >= most) break;
  }
  return all.length > most ? all.slice(0, most) : all;
};
