/** Walks the hash chains of all journals: what was changed, dropped or added behind Squall's back shows. */
import { follows } from "./chain.ts";
import { pagesOf } from "./journal.ts";
import type { Db } from "./schema.ts";
import { turn } from "./turn.ts";

export interface Verified {
  readonly run: string;
  readonly records: number;
  /** Its journal is complete; otherwise the run is under way, or its server died. */
  readonly closed: boolean;
  /** What is wrong, in a sentence; null: the chain is whole. */
  readonly problem: string | null;
}
const PAGE = 200;

const verifyRun = async (db: Db, run: string, isClosed: boolean): Promise<Verified> => {
  let last = null;
  let records = 0;
  for await (const page of pagesOf(db, run)) {
    for (const record of page) {
      if (!follows(last, record)) {
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

/** One result a run, by id. */
export async function* verifyRuns(db: Db): AsyncGenerator<Verified> {
  for (let after = ""; ; ) {
    const rows = await db
      .selectFrom("runs")
      .select(["id", "closed"])
      .where("forgotten", "=", 0)
      .where("id", ">", after)
      .orderBy("id")
      .limit(PAGE)
      .execute();
    for (const { id, closed } of rows) {
      yield await verifyRun(db, id, closed === 1);
      await turn();
    }
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}
