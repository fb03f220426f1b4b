/**
 * Journal writer: takes records of an active run to the store. A change of state is written to the run's row in the
 * same transaction, so that lists need no journal.
 */
import type { Kysely } from "kysely";
import type { JournalRecord } from "../../../experiments/model/journal/journal.ts";
import type { Run } from "../../../experiments/model/run/run.ts";
import { appendRecords } from "../../store/journal.ts";
import { updateRun } from "../../store/runs.ts";
import type { Schema } from "../../store/schema.ts";
import { changeOf } from "../summary.ts";

/** Writes all records or none. Rejects with Fenced once another server leads, with JournalGap once records are lost. */
export const createJournalWriter = (
  { db, epoch }: { readonly db: Kysely<Schema>; readonly epoch: number },
  current: () => Run,
) => {
  let state = current().at;
  return async (records: readonly JournalRecord[]): Promise<void> => {
    const run = current();
    const { run: id } = run.plan;
    const closes = records.at(-1)!.entry.kind === "closed";
    const change = changeOf(run);
    const isNew = await db.transaction().execute(async (tx) => {
      // Records that are stored already came with their own change of the row, and a later change must not be undone.
      if (!(await appendRecords(tx, id, records, epoch))) return false;
      if (closes || change.state !== state) await updateRun(tx, id, { ...change, closed: closes ? 1 : 0 });
      return true;
    });
    if (isNew) state = change.state;
  };
};
