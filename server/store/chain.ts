/** The hash chain of a journal: who changes, drops or reorders a record breaks every hash after it. */
import { createHash } from "node:crypto";
import { chainText, type Entry, GENESIS, type JournalRecord } from "../../experiments/model/journal.ts";

/** SHA-256 of a text, hex. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The record that follows `last`. */
export const chained = (last: JournalRecord | null, wallMs: number, entry: Entry): JournalRecord => {
  const record = { sequence: (last?.sequence ?? 0) + 1, wallMs, entry };
  return { ...record, hash: digest(chainText(last?.hash ?? GENESIS, record)) };
};

/** Sequence number at which a record does not follow from those before it; null: the chain is whole. */
export const brokenAt = (records: readonly JournalRecord[]): number | null => {
  let last: JournalRecord | null = null;
  for (const record of records) {
    const { hash, sequence } = chained(last, record.wallMs, record.entry);
    if (record.hash !== hash || record.sequence !== sequence) return sequence;
    const { entry } = record;
    if (entry.kind === "closed" && (entry.count !== sequence - 1 || entry.head !== last?.hash)) return sequence;
    if (last?.entry.kind === "closed") return sequence;
    last = record;
  }
  return null;
};
