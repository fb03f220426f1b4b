/** Filtered runs in display order. */
import { useState } from "react";
import type { RunId } from "../../experiments/model/names.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { type Listing, usePages } from "../api/use-pages.ts";
import { pageQueriesOf, queryOf, type RunsFilter } from "./filter.ts";
import { arrange, placeOf } from "./order.ts";

const LOOK_MS = 2_000;
const LISTING: Listing<"GET /api/v1/runs", RunSummary> = {
  route: "GET /api/v1/runs",
  pageOf: ({ runs, next }) => ({ items: runs, next }),
  placeOf,
};
const NONE: readonly RunSummary[] = [];

export const useRuns = (narrowing: RunsFilter, reading: boolean, wallMs: number) => {
  const meant = JSON.stringify(queryOf(narrowing));
  const pages = usePages(LISTING, { of: meant, wishes: pageQueriesOf(narrowing, wallMs) }, { everyMs: LOOK_MS });
  // Until the first answer comes, the displayed runs belong to the previous filter.
  const of = pages.isOther ? "" : meant;
  const [order, setOrder] = useState<{ readonly of: string; readonly ids: readonly RunId[] }>({ of, ids: [] });
  const before = order.of === of ? order.ids : [];
  const arranged = arrange(pages.items ?? NONE, before, reading);
  const ids = arranged.runs.map(({ id }) => id);
  if (order.of !== of || ids.join() !== order.ids.join()) setOrder({ of, ids });
  /** Shows the runs held back, even while the user reads. */
  const showHeld = () => setOrder({ of, ids: [] });
  return { ...pages, ...arranged, showHeld };
};
