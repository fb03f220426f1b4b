/** Trends: the last finished runs of every experiment, for the dashboard's lists. */
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";
import type { ExperimentTrend } from "../contract/index.ts";
import { readTrends } from "../store/trends.ts";
import type { Handler } from "./context.ts";
import { iso } from "./times.ts";

/**
 * Bounds one answer at 50,000 runs, some 6 MB before compression, for any number of experiment names made up by a
 * pipeline.
 */
const MOST = 1_000;

export const listTrends: Handler<"GET /api/v1/trends"> = async ({ store }, { query: { last } }) => {
  const { rows, complete } = await readTrends(store.db, { last, most: MOST });
  const runs = new Map<string, ExperimentTrend["runs"][number][]>();
  for (const { id, experiment, verdict, because, started_ms } of rows) {
    const own = runs.get(experiment) ?? [];
    runs.set(experiment, own);
    own.push({
      ...{ id, verdict: verdict as Verdict | null, because: because as ReasonCode | null },
      startedAt: iso(started_ms),
    });
  }
  return { trends: [...runs].map(([experiment, own]) => ({ experiment, runs: own })), complete };
};
