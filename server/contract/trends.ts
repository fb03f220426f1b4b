import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { runSummary } from "./runs.ts";
import { whole } from "./words.ts";

const trend = z
  .object({
    experiment: z.string(),
    runs: z
      .array(
        runSummary
          .pick({ id: true, verdict: true, because: true, startedAt: true })
          .meta({ id: "TrendRun", description: "A finished run, as short as a trend needs it." }),
      )
      .describe("Finished runs, oldest first."),
  })
  .meta({ id: "ExperimentTrend", description: "How an experiment has gone lately." });
export type ExperimentTrend = Frozen<z.output<typeof trend>>;

export const trends = {
  "GET /api/v1/trends": {
    operation: "listTrends",
    summary: "Lists the last finished runs of each experiment, all experiments in a single answer",
    query: z.strictObject({ last: whole(1, 50).default(20).describe("Runs of each experiment.") }),
    reply: z.object({
      trends: z.array(trend).describe("By name."),
      complete: z
        .boolean()
        .describe(
          "False: more experiments have finished runs than an answer has room for; those that ran last are here.",
        ),
    }),
  },
} as const satisfies Record<string, Route>;
