/** Recent verdicts of each experiment: last broken first. */
import { useState } from "react";
import { pageHref } from "../route.ts";
import { Trend } from "../ui/trend.tsx";
import { alarmOf, LENGTH, type Trend as OneTrend } from "./trends.ts";

/** Row limit; more rows are shown on demand. */
const FEW = 6;
const Row = ({ trend }: { readonly trend: OneTrend }) => {
  const { experiment, runs, held, judged } = trend;
  const alarm = alarmOf(trend);
  return (
    <li>
      <span className="name">
        <a href={pageHref("runs", { experiment })} aria-label={`Runs of ${experiment}`}>
          {experiment}
        </a>
        {alarm !== null && <span className="alarm">last {alarm}</span>}
      </span>
      <Trend runs={runs} />
      <span className="share small">{judged === 0 ? "no verdict" : `${held} of ${judged} HELD`}</span>
    </li>
  );
};

interface TrendsProps {
  readonly trends: readonly OneTrend[];
  readonly complete: boolean;
}
export const Trends = ({ trends, complete }: TrendsProps) => {
  const [all, setAll] = useState(false);
  if (trends.length === 0) return null;
  const alarms = trends.filter((trend) => alarmOf(trend) !== null).length;
  const shown = all ? trends : trends.slice(0, Math.max(FEW, alarms));
  return (
    <section className="card trends live-data" aria-labelledby="trends">
      <h2 id="trends">Trend of verdicts</h2>
      <p className="small">
        The last {LENGTH} runs of each experiment, oldest to newest.
        {!complete && " More experiments have runs: these are the ones that ran last."}
      </p>
      <ul>
        {shown.map((trend) => (
          <Row key={trend.experiment} trend={trend} />
        ))}
      </ul>
      {trends.length > shown.length && (
        <button type="button" onClick={() => setAll(true)}>
          Show all {trends.length} experiments
        </button>
      )}
    </section>
  );
};
