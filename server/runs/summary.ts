/** Summary of a run in a line: from the row, or from the state while the run is under way. */

import type { RunCreated } from "../../experiments/model/journal/journal.ts";
import { struckEdges } from "../../experiments/model/plan/plan.ts";
import { countRadius, type RadiusCounts } from "../../experiments/model/report/radius.ts";
import type { Run } from "../../experiments/model/run/run.ts";
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { RunSummary } from "../contract/index.ts";
import { LOCAL } from "../security/roles.ts";
import type { NewRun, RunChange, RunRow } from "../store/runs.ts";
import type { LifecycleEvent } from "./lifecycle-events.ts";

/** Origin of a run. */
export interface Origin {
  /** Name of the principal that asked. */
  readonly by: string;
  readonly schedule: string | null;
  readonly instantMs: number | null;
  /** Version of the stored experiment; null: the experiment came with the start. */
  readonly version: number | null;
  readonly priority: number;
  /** Start time, Unix ms. */
  readonly startedMs: number;
}

const labelsOf = (row: RunRow): Readonly<Record<string, string>> =>
  row.labels === "" ? {} : (JSON.parse(row.labels) as Record<string, string>);

export const summaryOf = (row: RunRow): RunSummary => ({
  id: row.id,
  experiment: row.experiment,
  version: row.version,
  file: row.file,
  state: row.state as Run["at"],
  verdict: row.verdict as Verdict | null,
  because: row.because as ReasonCode | null,
  reason: row.reason,
  seed: row.seed,
  labels: labelsOf(row),
  schedule: row.schedule,
  startedBy: row.started_by ?? LOCAL.name,
  priority: row.priority,
  startedAt: new Date(row.started_ms).toISOString(),
  durationMs: row.duration_ms,
  radius: row.radius === null ? null : (JSON.parse(row.radius) as RadiusCounts),
});

/** Columns of the run's row that change as the run goes on. */
export const changeOf = (run: Run) => {
  const outcome =
    run.at === "finished"
      ? { verdict: run.verdict, because: run.because, reason: run.reason }
      : { verdict: null, because: null, reason: "" };
  const counts = countRadius(run);
  const radius = counts === null ? null : JSON.stringify(counts);
  return { state: run.at, ...outcome, duration_ms: Math.round(run.atMs), radius } satisfies Omit<RunChange, "labels">;
};

/** Row of a new run. */
export const rowOf = (run: Run, { file, labels }: RunCreated, origin: Origin, epoch: number): NewRun => ({
  ...{ id: run.plan.run, experiment: run.plan.experiment, file, seed: run.plan.seed },
  ...changeOf(run),
  ...{ started_ms: origin.startedMs, queued_ms: origin.startedMs, closed: 0, epoch, labels: JSON.stringify(labels) },
  ...{ schedule: origin.schedule, version: origin.version, started_by: origin.by, priority: origin.priority },
});

export const originOf = (row: RunRow, instantMs: number | null): Origin => ({
  ...{ by: row.started_by ?? LOCAL.name, schedule: row.schedule, instantMs, version: row.version },
  ...{ priority: row.priority, startedMs: row.started_ms },
});

const suspectsOf = ({ agents, grades }: Run) =>
  agents.filter(({ boot }) => (grades[boot]?.grade ?? "unknown") === "unknown").map(({ instance }) => instance);
export const lifecycleEventOf = (
  what: LifecycleEvent["what"],
  run: Run,
  { labels }: RunCreated,
  origin: Origin,
): LifecycleEvent => {
  const { verdict, because, reason } = changeOf(run);
  const { by, schedule, instantMs } = origin;
  const { run: id, experiment } = run.plan;
  const edges = struckEdges(run.plan);
  const suspects = verdict === "RESIDUE" ? suspectsOf(run) : [];
  return { what, id, experiment, labels, by, schedule, instantMs, edges, suspects, verdict, because, reason };
};
