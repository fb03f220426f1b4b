/** Verdicts in order of time, each a coloured sign; read out as words. */
import { Sign, toneOf } from "./badge.tsx";
import { type Headline, headlineOf, type TrendRun } from "./words.ts";
import "./trend.css";

const MOMENT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const said = (headlines: readonly Headline[]): string =>
  headlines.length === 0 ? "No finished run" : `Oldest to newest: ${headlines.join(", ")}`;

/** `runs`: oldest first. */
export const Trend = ({ runs }: { readonly runs: readonly TrendRun[] }) => (
  <span className="trend" role="img" aria-label={said(runs.map(headlineOf))}>
    {runs.map((run) => (
      <span
        key={run.id}
        className={`mark ${toneOf(headlineOf(run))}`}
        title={`${headlineOf(run)}, ${MOMENT.format(new Date(run.startedAt))}`}
      >
        <Sign headline={headlineOf(run)} />
      </span>
    ))}
  </span>
);
