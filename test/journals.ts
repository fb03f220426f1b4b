/**
 * Invariant 14, checked over every journal that the tests leave: records without gaps, in order, chained by hash; and
 * the faults of a HELD run were live for the whole planned time, hit the expected requests, and were attested by every
 * agent.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { checkJournal, type JournalRecord } from "../experiments/model/journal/journal.ts";
import { Sqlite } from "../server/store/better-sqlite3.ts";
import { digest } from "../server/store/chain.ts";
import { DATABASE_FILE } from "../server/store/open.ts";

interface Row {
  readonly run: string;
  readonly sequence: number;
  readonly wall_ms: number;
  readonly entry: string;
  readonly hash: string;
}
const recordsIn = (file: string): Map<string, JournalRecord[]> => {
  const db = new Sqlite(file, { fileMustExist: true, timeout: 5_000 });
  try {
    const rows = db.prepare("select * from journal order by run, sequence").all() as Row[];
    return grouped(rows);
  } finally {
    db.close();
  }
};
const grouped = (rows: readonly Row[]): Map<string, JournalRecord[]> => {
  const runs = new Map<string, JournalRecord[]>();
  for (const { run, sequence, wall_ms, entry, hash } of rows) {
    const record = { sequence, wallMs: wall_ms, entry: JSON.parse(entry), hash };
    runs.set(run, [...(runs.get(run) ?? []), record]);
  }
  return runs;
};

/** Problems of all journals below a folder, a sentence each. No server may still run in the folder. */
export const journalProblems = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name === DATABASE_FILE)
    .flatMap((entry) => [...recordsIn(join(entry.parentPath, entry.name))])
    .flatMap(([run, records]) => checkJournal(records, digest).map((problem) => `${run}: ${problem}`));

/** Throws when the journal checker reports a problem. */
export const checkJournals = (folder: string): void => {
  const problems = journalProblems(folder);
  if (problems.length > 0) throw new Error(`invariant 14 does not hold:\n${problems.join("\n")}`);
};
