/** A run in one line: from its row, or from its state while it is under way. */
import type { Created } from "../../experiments/model/journal.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import type { Because, Verdict } from "../../experiments/model/verdict.ts";
import type { RunSummary } from "../api/contract/index.ts";
import type { RunRow } from "../store/runs.ts";

export const summaryOf = (row: RunRow): RunSummary => ({
  id: row.id,
  experiment: row.experiment,
  file: row.file,
  state: row.state,
  verdict: row.verdict as Verdict | null,
  because: row.because as Because | null,
  reason: row.reason,
  seed: row.seed,
  startedAt: new Date(row.started_ms).toISOString(),
  durationMs: row.duration_ms,
});

const outcomeOf = (run: Run) =>
  run.at === "finished"
    ? { state: run.at, verdict: run.verdict, because: run.because, reason: run.reason }
    : { state: run.at, verdict: null, because: null, reason: "" };

/** The row as a run stands. */
export const rowOf = (run: Run, { file }: Created, startedWallMs: number, closed: boolean): RunRow => ({
  id: run.plan.run,
  experiment: run.plan.experiment,
  file,
  ...outcomeOf(run),
  seed: run.plan.seed,
  started_ms: startedWallMs,
  duration_ms: Math.round(run.atMs),
  closed: closed ? 1 : 0,
});
