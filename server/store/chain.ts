/** Hash chain of a journal: changing, dropping or reordering a record breaks every hash after that record. */
import { createHash } from "node:crypto";
import { chainText, type Entry, GENESIS, type JournalRecord } from "../../experiments/model/journal/journal.ts";

/** SHA-256 of a text, hex. */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The record that follows `last`. */
export const chainRecord = (last: JournalRecord | null, wallMs: number, entry: Entry): JournalRecord => {
  const record = { sequence: (last?.sequence ?? 0) + 1, wallMs, entry };
  return { ...record, hash: digest(chainText(last?.hash ?? GENESIS, record)) };
};

/** True if `record` was written directly after `last`. */
export const isNextInChain = (last: JournalRecord | null, record: JournalRecord): boolean => {
  const { entry } = record;
  const { hash, sequence } = chainRecord(last, record.wallMs, entry);
  if (record.hash !== hash || record.sequence !== sequence || last?.entry.kind === "closed") return false;
  return entry.kind !== "closed" || (entry.count === sequence - 1 && entry.head === last?.hash);
};

/** Sequence number at which a record does not follow from the records before; null: the chain is whole. */
export const findChainBreak = (records: readonly JournalRecord[]): number | null => {
  const at = records.findIndex((record, i) => !isNextInChain(records[i - 1] ?? null, record));
  return at < 0 ? null : at + 1;
};
