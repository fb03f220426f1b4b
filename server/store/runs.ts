/**
 * Rows of runs: a row is inserted with the journal's first record, updated as the run goes on, and closed with the last
 * record.
 */
import type { Insertable, Selectable, Updateable } from "kysely";
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import type { LabelSelector } from "../../experiments/model/notation/label-selector.ts";
import type { Db, Schema } from "./schema.ts";
import { inTransaction } from "./transaction.ts";

export type RunRow = Selectable<Schema["runs"]>;
export type NewRun = Insertable<Schema["runs"]>;
export type RunChange = Updateable<Schema["runs"]>;

export const insertRun = (db: Db, row: NewRun): Promise<void> =>
  inTransaction(db, async (tx) => {
    await tx.insertInto("runs").values(row).execute();
    const labels = Object.entries(JSON.parse(row.labels ?? "{}") as Record<string, string>);
    if (labels.length === 0) return;
    const rows = labels.map(([key, value]) => ({ run: row.id, key, value }));
    await tx.insertInto("run_labels").values(rows).execute();
  });
/** Updates the row of a run; labels stay as inserted. */
export const updateRun = async (db: Db, id: RunId, change: Omit<RunChange, "labels">): Promise<void> => {
  await db.updateTable("runs").set(change).where("id", "=", id).execute();
};
export const findRun = (db: Db, id: RunId): Promise<RunRow | undefined> =>
  db.selectFrom("runs").selectAll().where("id", "=", id).where("forgotten", "=", 0).executeTakeFirst();
/** Runs whose journal was never closed, the oldest first: the server died during the run, or still executes the run. */
export const listUnfinishedRuns = (db: Db): Promise<RunRow[]> =>
  db.selectFrom("runs").selectAll().where("closed", "=", 0).orderBy("started_ms").orderBy("id").execute();
/** All runs, newest first. */
export const listRuns = (db: Db): Promise<RunRow[]> =>
  db
    .selectFrom("runs")
    .selectAll()
    .where("forgotten", "=", 0)
    .orderBy("started_ms", "desc")
    .orderBy("id", "desc")
    .execute();

export interface RunsQuery {
  readonly limit: number;
  /** Cursor from the page before. */
  readonly cursor?: string;
  readonly experiment?: string;
  readonly verdict?: string;
  readonly schedule?: string;
  readonly state?: string;
  readonly labels?: LabelSelector;
  /** Earliest start, inclusive, Unix ms. */
  readonly since?: number;
  /** Latest start, exclusive, Unix ms. */
  readonly until?: number;
}
export interface RunsPage {
  readonly rows: readonly RunRow[];
  /** Cursor of the next page; null: this was the last. */
  readonly next: string | null;
}
const cursorAt = ({ started_ms, id }: RunRow): string => Buffer.from(`${started_ms} ${id}`).toString("base64url");
/** Place of a cursor; null: not a cursor of ours. */
export const parseCursor = (cursor: string): { readonly startedMs: number; readonly id: RunId } | null => {
  const found = /^(\d{1,15}) (.+)$/s.exec(Buffer.from(cursor, "base64url").toString());
  return found === null ? null : { startedMs: Number(found[1]), id: asRunId(found[2]!) };
};

/** Page of runs, newest first. A page is a place in that order, so runs that start in the meantime shift no page. */
export const pageRuns = async (db: Db, query: RunsQuery): Promise<RunsPage> => {
  const { limit, cursor, experiment, verdict, schedule, state, labels = [], since, until } = query;
  const from = cursor === undefined ? null : parseCursor(cursor);
  if (cursor !== undefined && from === null)
    throw new RangeError(`${JSON.stringify(cursor)} is no cursor of a list of runs`);
  const rows = await db
    .selectFrom("runs")
    .selectAll("runs")
    .where("forgotten", "=", 0)
    .$if(from !== null, (all) =>
      all.where((row) =>
        row.or([
          row("started_ms", "<", from!.startedMs),
          row.and([row("started_ms", "=", from!.startedMs), row("id", "<", from!.id)]),
        ]),
      ),
    )
    .$if(experiment !== undefined, (all) => all.where("experiment", "=", experiment!))
    .$if(verdict !== undefined, (all) => all.where("verdict", "=", verdict!))
    .$if(schedule !== undefined, (all) => all.where("schedule", "=", schedule!))
    .$if(state !== undefined, (all) => all.where("state", "=", state!))
    .$if(since !== undefined, (all) => all.where("started_ms", ">=", since!))
    .$if(until !== undefined, (all) => all.where("started_ms", "<", until!))
    .$if(labels.length > 0, (all) =>
      all.where((row) =>
        row.and(
          labels.map(({ key, values, isIn }) =>
            row("id", isIn ? "in" : "not in", (sub) =>
              sub
                .selectFrom("run_labels")
                .select("run")
                .where("key", "=", key)
                .$if(values !== null, (some) => some.where("value", "in", values!)),
            ),
          ),
        ),
      ),
    )
    .orderBy("started_ms", "desc")
    .orderBy("id", "desc")
    .limit(limit + 1)
    .execute();
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit && page.length > 0 ? cursorAt(page.at(-1)!) : null };
};
