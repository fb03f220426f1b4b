import { useMemo } from "react";
import { useAsked, useAskedAll } from "../api/queries.ts";
import { LENGTH, shortIn, type Trend, trendsOf } from "./trends.ts";

const LOOK_MS = 10_000;
const OLDER_MS = 60_000;
const NEWEST = 200;

/** From the newest runs; where those are too few for an experiment, its own are asked for. */
export const useTrends = (): readonly Trend[] => {
  const newest = useAsked("GET /api/v1/runs", { query: { limit: NEWEST } }, { everyMs: LOOK_MS }).data;
  const known = useMemo(() => trendsOf(newest?.runs ?? []), [newest]);
  const short = useMemo(() => shortIn(known, newest?.next === null).toSorted(), [known, newest]);
  const older = useAskedAll(
    "GET /api/v1/runs",
    short.map((experiment) => ({ query: { experiment, limit: LENGTH } })),
    { everyMs: OLDER_MS, when: short.length > 0 },
  ).data;
  return useMemo(
    () => trendsOf([...(newest?.runs ?? []), ...(older ?? []).flatMap(({ runs }) => runs)]),
    [newest, older],
  );
};
