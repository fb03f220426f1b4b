import { useMemo } from "react";
import { LastKnown } from "../ui/last-known.tsx";
import { More } from "../ui/more.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { isNarrow, isUnderWay, runsFilterIn } from "./filter.ts";
import { Filters } from "./filters.tsx";
import { Residues } from "./residue.tsx";
import { RunRow } from "./run-row.tsx";
import "./runs.css";
import { Trends } from "./trends-card.tsx";
import { useReading } from "./use-reading.ts";
import { useRuns } from "./use-runs.ts";
import { useTrends } from "./use-trends.ts";

const Empty = () => (
  <div className="card empty">
    <h2>No runs yet</h2>
    <p>
      A run appears here as soon as it starts. If this server came with <code>squall up</code>, start one with:
    </p>
    <pre>squall run your-experiment.yaml</pre>
    <p>and on any other server, with its token in the environment, with:</p>
    <pre>SQUALL_TOKEN=… squall run your-experiment.yaml --server {window.location.origin}</pre>
  </div>
);
const NoneMeant = () => (
  <div className="card empty">
    <h2>No run is like that</h2>
    <p>Choose fewer verdicts, or a longer time; “Show all runs” above takes every choice back.</p>
  </div>
);

export const RunsPage = ({ query }: { readonly query: URLSearchParams }) => {
  const text = query.toString();
  const narrowing = useMemo(() => runsFilterIn(new URLSearchParams(text)), [text]);
  const { reading, list, wallMs } = useReading();
  const pages = useRuns(narrowing, reading, wallMs);
  const { runs, held, isOther, more } = pages;
  const { trends, complete } = useTrends();
  const experiments = useMemo(() => trends.map(({ experiment }) => experiment).toSorted(), [trends]);
  const meant = narrowing.experiment;
  const shownTrends = meant === "" ? trends : trends.filter(({ experiment }) => experiment === meant);
  const underWay = runs.filter(isUnderWay).length;
  const narrow = isNarrow(narrowing);
  useTitle("Runs", underWay > 0 ? `${underWay} under way` : null);
  return (
    <>
      <div className="head">
        <h1>Runs</h1>
        <LastKnown />
      </div>
      <Residues />
      <Trends trends={shownTrends} complete={complete} />
      {(narrow || runs.length > 0) && <Filters {...{ narrowing, experiments }} />}
      <QueryState of={pages.of}>
        {() => (
          <>
            {runs.length === 0 && !isOther && (narrow ? <NoneMeant /> : <Empty />)}
            <p className="small counted" role="status">
              {runs.length > 0 && `${runs.length}${more ? " newest" : ""} ${runs.length === 1 ? "run" : "runs"}`}
              {underWay > 0 && `, ${underWay} under way`}
            </p>
            {held > 0 && (
              <p className="held">
                <button type="button" className="main" onClick={pages.showHeld}>
                  Show {held} new {held === 1 ? "run" : "runs"}
                </button>
              </p>
            )}
            {runs.length > 0 && (
              <ol className="rows live-data" aria-label="Runs" aria-busy={isOther} {...list}>
                {runs.map((run) => (
                  <RunRow key={run.id} run={run} wallMs={wallMs} />
                ))}
              </ol>
            )}
            <More of={pages} what="runs" />
          </>
        )}
      </QueryState>
    </>
  );
};
