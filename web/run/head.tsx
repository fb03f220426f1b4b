/** The verdict of a run and why, or how far it is. */
import type { RunReport } from "../../experiments/model/report.ts";
import { Badge } from "../look/badge.tsx";
import { Time } from "../look/time.tsx";
import { headlineOf, lengthOf, momentOf, recoveredOf, stateOf } from "../look/words.ts";
import { type PhaseClock, spellClock } from "./phase-clock.ts";

const Facts = ({ report }: { readonly report: RunReport }) => {
  const recovered = recoveredOf(report);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Run", <code key="id">{report.id}</code>],
    ["Started", <Time key="time" iso={report.startedAt} />],
    ...(report.state === "finished" ? [["Took", lengthOf(report.durationMs)] as const] : []),
    ...(recovered === null ? [] : [["Recovered", recovered] as const]),
    ...(report.mode === "full" ? [] : [["Mode", report.mode] as const]),
    ["Seed", report.seed],
    ...(report.file === null ? [] : [["File", report.file] as const]),
  ];
  return (
    <dl className="facts">
      {facts.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

export interface HeadProps {
  readonly report: RunReport;
  /** Run time that is shown. */
  readonly atMs: number;
  readonly clock: PhaseClock | null;
  /** What can be done with it. */
  readonly children?: React.ReactNode;
}
export const Head = ({ report, atMs, clock, children }: HeadProps) => {
  const { state, reason } = report;
  const finished = state === "finished";
  return (
    <section className="card verdict" aria-label="Verdict">
      <div className="line">
        <Badge headline={headlineOf(report)} large />
        {!finished && (
          <span className="clock">
            <strong>{state}</strong> {momentOf(atMs)}
            {clock !== null && <span className="small"> {spellClock(clock)}</span>}
          </span>
        )}
        {children}
      </div>
      <p className="reason">{reason !== "" || finished ? reason : stateOf(state)}</p>
      {(report.warnings ?? []).map((warning) => (
        <p key={warning} className="small">
          Warning: {warning}
        </p>
      ))}
      <Facts report={report} />
    </section>
  );
};
