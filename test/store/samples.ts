/** Sample rows and journals to fill a database with. */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunId } from "../../experiments/model/names.ts";
import { chainRecord } from "../../server/store/chain.ts";
import { appendRecords } from "../../server/store/journal.ts";
import { acquireLeaderRowAlone } from "../../server/store/leader-row.ts";
import type { Store } from "../../server/store/open.ts";
import { insertRun, type NewRun, updateRun } from "../../server/store/runs.ts";

/** Start of these tests, Unix ms. */
export const NOON = 1_700_000_000_000;

export const runRow = (id: RunId, more: Partial<NewRun> = {}): NewRun => ({
  ...{ id, experiment: "e", file: null, state: "queued", verdict: null, because: null, reason: "" },
  ...{ seed: 1, started_ms: NOON, duration_ms: 0, closed: 0, ...more },
});
export const chainOf = (length: number): JournalRecord[] => {
  const records: JournalRecord[] = [];
  for (let i = 0; i < length; i++)
    records.push(chainRecord(records.at(-1) ?? null, NOON + i, { kind: "event", event: { type: "woke", atMs: i } }));
  return records;
};
export const closed = (records: readonly JournalRecord[]): JournalRecord[] => {
  const last = records.at(-1)!;
  return [...records, chainRecord(last, NOON, { kind: "closed", count: last.sequence, head: last.hash })];
};
/** Takes the lead without an election, and returns the epoch. */
export const lead = (store: Store): Promise<number> => acquireLeaderRowAlone(store.db, "a-test", "http://127.0.0.1:1");

/** Inserts a finished run with a whole journal. */
export const finishedRun = async (store: Store, epoch: number, id: RunId, more: Partial<NewRun> = {}, length = 3) => {
  await insertRun(store.db, runRow(id, { state: "finished", verdict: "HELD", ...more }));
  await appendRecords(store.db, id, closed(chainOf(length)), epoch);
  await updateRun(store.db, id, { closed: 1 });
};

/** Reads the leader's row, in either kind of database. */
export const leaderRow = ({ db }: Pick<Store, "db">) =>
  db.selectFrom("leader").select(["epoch", "beat", "holder", "expires_ms"]).executeTakeFirstOrThrow();
