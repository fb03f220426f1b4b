/** Journals in the database: append and read. */
import type { JournalRecord } from "../../experiments/model/journal.ts";
import type { Db } from "./schema.ts";

/** A statement has room for 32,766 values. */
const MOST_ROWS = 1_000;

/** All or nothing inside a transaction. A record whose number is taken is refused by the primary key. */
export const appendRecords = async (db: Db, run: string, records: readonly JournalRecord[]): Promise<void> => {
  if (records.length === 0) return;
  const rows = records.map(({ sequence, wallMs, entry, hash }) => ({
    run,
    sequence,
    wall_ms: wallMs,
    entry: JSON.stringify(entry),
    hash,
  }));
  for (let from = 0; from < rows.length; from += MOST_ROWS) {
    await db
      .insertInto("journal")
      .values(rows.slice(from, from + MOST_ROWS))
      .execute();
  }
};

/** In order, those after `after`. */
export const readRecords = async (db: Db, run: string, after = 0): Promise<JournalRecord[]> => {
  const rows = await db
    .selectFrom("journal")
    .select(["sequence", "wall_ms", "entry", "hash"])
    .where("run", "=", run)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .execute();
  return rows.map(({ sequence, wall_ms, entry, hash }) => ({
    sequence,
    wallMs: wall_ms,
    entry: JSON.parse(entry),
    hash,
  }));
};
