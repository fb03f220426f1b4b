import { type LabelSelector, readRunSelector } from "../../../experiments/model/notation/label-selector.ts";
import type { RunSummary } from "../../contract/index.ts";
import type { ActiveRun } from "../../runs/active/active-run.ts";
import { summaryOf } from "../../runs/summary.ts";
import { pageRuns, parseCursor } from "../../store/runs.ts";
import type { Handler } from "../context.ts";
import { badCursor } from "../paging.ts";
import { msOf } from "../times.ts";

/** Parses a selector; the contract has refused texts that are no selector. */
const selectorOf = (text: string): LabelSelector => {
  const read = readRunSelector(text);
  return "wrong" in read ? [] : read;
};

/** Wait of a queued run. The blocker ends by the deadline; the begin of a blocker that is queued, too, is unknown. */
const waitsFor = (blocker: ActiveRun | null, wallMs: number): NonNullable<RunSummary["waitsFor"]> | null => {
  if (blocker === null) return null;
  const { id, plan, run } = blocker;
  const until = run.at === "queued" ? null : new Date(wallMs + plan.limits.deadlineMs - run.atMs).toISOString();
  return { run: id, experiment: plan.experiment, until };
};

export const listRuns: Handler<"GET /api/v1/runs"> = async ({ store, controlPlane, clock }, { query }) => {
  const { limit, cursor, experiment, verdict, schedule, state, label, since, until } = query;
  if (cursor !== undefined && (parseCursor(cursor)?.id.includes("\0") ?? true)) throw badCursor(cursor);
  const { rows, next } = await pageRuns(store.db, {
    limit,
    ...(cursor === undefined ? {} : { cursor }),
    ...(experiment === undefined ? {} : { experiment }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(state === undefined ? {} : { state }),
    ...(label === undefined ? {} : { labels: selectorOf(label) }),
    ...(since === undefined ? {} : { since: msOf(since) }),
    ...(until === undefined ? {} : { until: msOf(until) }),
  });
  const { runs } = controlPlane();
  /** Summary of an active run from the run's state: a row is written only when the run begins and ends. */
  const fresh = (summary: RunSummary): RunSummary => {
    const active = runs.active(summary.id);
    if (active === null || active.run.at === "finished") return summary;
    const waiting = active.run.at === "queued" ? waitsFor(runs.blockerOf(summary.id), clock.wallMs()) : null;
    return {
      ...{ ...summary, state: active.run.at, durationMs: Math.round(active.run.atMs) },
      ...(waiting === null ? {} : { waitsFor: waiting }),
    };
  };
  return { runs: rows.map(summaryOf).map(fresh), next };
};
