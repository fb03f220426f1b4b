/** Fold of a growing journal: the same fold as in the server, in recovery and in the tests. */
import type { JournalRecord, RunCreated } from "../../experiments/model/journal/journal.ts";
import { type RunReport, reportOf } from "../../experiments/model/report/report.ts";
import { begin, type Run } from "../../experiments/model/run/run.ts";
import { step } from "../../experiments/model/run/step.ts";

export interface Folded {
  readonly created: RunCreated;
  readonly run: Run;
  readonly startedAt: string;
}
/** null: the first record has not come yet. */
export const foldRecord = (folded: Folded | null, { entry, wallMs }: JournalRecord): Folded | null => {
  if (entry.kind === "created")
    return { created: entry.created, run: begin(entry.created.plan), startedAt: new Date(wallMs).toISOString() };
  if (folded === null || entry.kind === "closed") return folded;
  const [run] = step(folded.run, entry.event);
  return { ...folded, run };
};
export const reportNow = ({ run, created, startedAt }: Folded): RunReport => reportOf(run, created, { startedAt });
