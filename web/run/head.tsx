/** Verdict of a run with the reason, or the progress of the run. */
import { spellEdge } from "../../experiments/model/names.ts";
import type { Plan } from "../../experiments/model/plan/plan.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { pageHref } from "../route.ts";
import { Badge } from "../ui/badge.tsx";
import { Mark } from "../ui/state.tsx";
import { Time } from "../ui/time.tsx";
import { headlineOf, lengthOf, momentOf, recoveredOf, stateOf } from "../ui/words.ts";
import { sayFault } from "./fault-words.ts";
import { type PhaseClock, spellClock } from "./phase-clock.ts";

/** Edge and size of each fault. */
const Struck = ({ plan }: { readonly plan: Plan }) => (
  <ul className="struck-edges">
    {plan.faults.map((fault) => (
      <li key={fault.name}>
        <Mark of="fault">{sayFault(fault)}</Mark>{" "}
        {fault.targets.slice(0, MOST_EDGES).map(({ edge }, i) => (
          <span key={edge}>
            {i > 0 && ", "}
            <a href={pageHref("mesh", { at: edge })}>{spellEdge(edge)}</a>
          </span>
        ))}
        {fault.targets.length > MOST_EDGES && ` and ${fault.targets.length - MOST_EDGES} more`}
        <span className="small"> {fault.name}</span>
      </li>
    ))}
  </ul>
);
const MOST_EDGES = 3;

/** Other pages narrowed to the time of the run. */
const Links = ({ report }: { readonly report: RunReport }) => {
  const since = report.startedAt;
  const until = new Date(Date.parse(since) + report.durationMs + 1_000).toISOString();
  return (
    <>
      <a href={pageHref("audit", { since, until })}>Audit log of that time</a>,{" "}
      <a href={pageHref("runs", { since, until })}>runs of that time</a>
    </>
  );
};

const Facts = ({ report }: { readonly report: RunReport }) => {
  const recovered = recoveredOf(report);
  const facts: readonly Fact[] = [
    ["Started", <Time key="time" iso={report.startedAt} />],
    ...(report.state === "finished" ? [["Took", lengthOf(report.durationMs)] as const] : []),
    ...(recovered === null ? [] : [["Recovered", recovered] as const]),
    ...(report.mode === "full" ? [] : [["Mode", report.mode] as const]),
  ];
  return <FactList facts={facts} />;
};
/** Identity of the run, and links to related data. */
export const About = ({ report }: { readonly report: RunReport }) => (
  <section className="card">
    <h2>About this run</h2>
    <FactList
      facts={[
        ["Run", <code key="id">{report.id}</code>],
        ["Seed", report.seed],
        ...(report.file === null ? [] : [["File", report.file] as const]),
        ["See also", <Links key="links" report={report} />],
      ]}
    />
    <div className="actions">
      <button type="button" onClick={() => window.print()}>
        Print, or save as PDF
      </button>
    </div>
  </section>
);
type Fact = readonly [string, React.ReactNode];
const FactList = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className="facts">
    {facts.map(([word, value]) => (
      <div key={word}>
        <dt>{word}</dt>
        <dd>{value}</dd>
      </div>
    ))}
  </dl>
);

export interface HeadProps {
  readonly report: RunReport;
  readonly plan: Plan;
  /** Run time that is shown. */
  readonly atMs: number;
  readonly clock: PhaseClock | null;
  /** Actions on the run. */
  readonly children?: React.ReactNode;
}
export const Head = ({ report, plan, atMs, clock, children }: HeadProps) => {
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
      <Struck plan={plan} />
      {(report.warnings ?? []).map((warning) => (
        <p key={warning} className="small">
          Warning: {warning}
        </p>
      ))}
      <Facts report={report} />
    </section>
  );
};
