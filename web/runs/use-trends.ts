import { useMemo } from "react";
import { useApiQuery } from "../api/queries.ts";
import { LENGTH, type Trend, trendsOf } from "./trends.ts";

const LOOK_MS = 10_000;

interface Trends {
  readonly trends: readonly Trend[];
  /** False: more experiments have runs than a single answer has room for. */
  readonly complete: boolean;
}
/** Trends of all experiments, from a request shared by the pages of runs and of experiments. */
export const useTrends = (): Trends => {
  const { data } = useApiQuery("GET /api/v1/trends", { query: { last: LENGTH } }, { everyMs: LOOK_MS });
  const trends = useMemo(() => trendsOf(data?.trends ?? []), [data]);
  return { trends, complete: data?.complete ?? true };
};
