/** Queries on runs: from the store, and from memory for unwritten records and runs under way. */
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { RunId } from "../../experiments/model/names.ts";
import { type RunReport, reportOf, reportOfJournal } from "../../experiments/model/report/report.ts";
import type { RunSummary } from "../contract/index.ts";
import { ApiError } from "../errors.ts";
import { readRecords } from "../store/journal.ts";
import { findRun, pageRuns, type RunsQuery } from "../store/runs.ts";
import type { Db } from "../store/schema.ts";
import type { ActiveRun } from "./active/active-run.ts";
import { changeOf, summaryOf } from "./summary.ts";

export class RunQueries {
  readonly #db: Db;
  readonly #active: ReadonlyMap<RunId, ActiveRun>;

  constructor(db: Db, active: ReadonlyMap<RunId, ActiveRun>) {
    this.#db = db;
    this.#active = active;
  }
  /** Lists runs, newest first. */
  async list(query: RunsQuery): Promise<{ runs: readonly RunSummary[]; next: string | null }> {
    const { rows, next } = await pageRuns(this.#db, query);
    const current = (id: RunId) => {
      const active = this.#active.get(id);
      return active === undefined ? {} : changeOf(active.publishedRun);
    };
    return { runs: rows.map((row) => summaryOf({ ...row, ...current(row.id) })), next };
  }
  /** Report of a run. Throws ApiError `no-such-run`. */
  async report(id: RunId): Promise<RunReport> {
    const active = this.#active.get(id);
    if (active !== undefined)
      return reportOf(active.publishedRun, active.created, {
        startedAt: new Date(active.origin.startedMs).toISOString(),
      });
    return reportOfJournal(await this.records(id)) ?? unknown(id);
  }
  /** Records with a sequence greater than `after`, at most `limit`. Throws ApiError `no-such-run`. */
  async records(id: RunId, after = 0, limit = Number.POSITIVE_INFINITY): Promise<JournalRecord[]> {
    await this.check(id);
    // Memory first: a record written between the two reads is in the store, while with memory read last the record
    // would be in neither.
    const unwritten = this.#active.get(id)?.unwritten ?? [];
    const stored = await readRecords(this.#db, id, after, limit);
    const last = stored.at(-1)?.sequence ?? after;
    return [...stored, ...unwritten.filter(({ sequence }) => sequence > last)].slice(0, limit);
  }
  /** Checks that a run exists. Throws ApiError `no-such-run`. */
  async check(id: RunId): Promise<void> {
    if (!this.#active.has(id) && (await findRun(this.#db, id)) === undefined) unknown(id);
  }
}
const unknown = (id: RunId): never => {
  throw new ApiError("no-such-run", `there is no run ${JSON.stringify(id)} on this server`);
};
