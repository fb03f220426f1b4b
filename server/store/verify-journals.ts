/** Verifies the hash chains of all journals: records changed, dropped or added behind Squall's back are found. */
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import { yieldToEventLoop } from "../yield-to-event-loop.ts";
import { isNextInChain } from "./chain.ts";
import { readPages } from "./journal.ts";
import type { Db } from "./schema.ts";

export interface JournalCheck {
  readonly run: RunId;
  readonly records: number;
  /** True if the run's journal is complete; otherwise the run is under way, or the server died. */
  readonly closed: boolean;
  /** Problem in a sentence; null: the chain is whole. */
  readonly problem: string | null;
}
const PAGE = 200;

const verifyJournal = async (db: Db, run: RunId, isClosed: boolean): Promise<JournalCheck> => {
  let last = null;
  let records = 0;
  for await (const page of readPages(db, run)) {
    for (const record of page) {
      if (!isNextInChain(last, record)) {
        const problem = `record ${records + 1} does not follow from those before it`;
        return { run, records, closed: isClosed, problem };
      }
      last = record;
      records++;
    }
  }
  const closing = last?.entry.kind === "closed";
  const problem =
    last === null
      ? "it has no records"
      : isClosed && !closing
        ? `its journal ends with record ${records}, expected the one that closes it`
        : null;
  return { run, records, closed: closing, problem };
};

/** Results by run id, a result for each run. */
export async function* verifyJournals(db: Db): AsyncGenerator<JournalCheck> {
  for (let after = asRunId(""); ; ) {
    const rows = await db
      .selectFrom("runs")
      .select(["id", "closed"])
      .where("forgotten", "=", 0)
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    for (const { id, closed } of rows) {
      yield await verifyJournal(db, id, closed === 1);
      await yieldToEventLoop();
    }
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}
