/** Folds a growing journal record by record: with the same fold that the server, recovery and the tests use. */
import type { JournalRecord, RunCreated } from "../../experiments/model/journal/journal.ts";
import { type RunReport, reportOf } from "../../experiments/model/report/report.ts";
import { begin, type Run } from "../../experiments/model/run/run.ts";
import { step } from "../../experiments/model/run/step.ts";

export interface Folded {
  readonly created: RunCreated;
  readonly run: Run;
  readonly startedAt: string;
  /** Run time and wall time of the last record, ms. */
  readonly atMs: number;
  readonly wallMs: number;
}
/** null: the first record has not come yet. */
export const foldRecord = (folded: Folded | null, { entry, wallMs }: JournalRecord): Folded | null => {
  if (entry.kind === "created") {
    const startedAt = new Date(wallMs).toISOString();
    return { created: entry.created, run: begin(entry.created.plan), startedAt, atMs: 0, wallMs };
  }
  if (folded === null || entry.kind === "closed") return folded;
  const [run] = step(folded.run, entry.event);
  return { ...folded, run, atMs: entry.event.atMs, wallMs };
};
export const reportNow = ({ run, created, startedAt }: Folded): RunReport => reportOf(run, created, { startedAt });
