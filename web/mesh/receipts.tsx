/** Effect of faults on an edge, from the receipts of the runs that strike the edge. */
import { memo } from "react";
import { type EdgeId, edgeIdOf, type RunId } from "../../experiments/model/names.ts";
import { useApiQuery } from "../api/queries.ts";
import { runHref } from "../route.ts";

const LOOK_MS = 2_000;

const OfRun = ({ run, edge }: { readonly run: RunId; readonly edge: EdgeId }) => {
  const { data, error } = useApiQuery("GET /api/v1/runs/:id", { params: { id: run } }, { everyMs: LOOK_MS });
  const receipts = data?.id === run ? data.receipts.filter((receipt) => edgeIdOf(receipt) === edge) : [];
  if (data === undefined)
    return error === null ? <p className="small">Loading…</p> : <p className="problem">{error.message}</p>;
  return receipts.map(({ fault, unit, seen, matched, injected, spared, capped, untouched }) => (
    <dl key={fault} className="receipt">
      <dt>
        {fault} <span className="small">counts {unit}s</span>
      </dt>
      {Object.entries({ seen, matched, injected, spared, capped, untouched }).map(([word, count]) => (
        <dd key={word}>
          <strong>{count}</strong> {word}
        </dd>
      ))}
      <dd>
        <a href={runHref(run)}>run</a>
      </dd>
    </dl>
  ));
};
export const Receipts = memo(({ edge, runs }: { readonly edge: EdgeId; readonly runs: readonly RunId[] }) =>
  runs.length === 0 ? null : (
    <section>
      <h3>Receipts</h3>
      {runs.map((run) => (
        <OfRun key={run} {...{ run, edge }} />
      ))}
    </section>
  ),
);
