/** This run beside another run of the same experiment. */
import { memo, useId } from "react";
import { type RunId, spellEdge } from "../../experiments/model/names.ts";
import { damagePartOf } from "../../experiments/model/report/radius-words.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { runHref } from "../route.ts";
import { Badge } from "../ui/badge.tsx";
import { Scroll } from "../ui/scroll.tsx";
import { State } from "../ui/state.tsx";
import { Time } from "../ui/time.tsx";
import { headlineOf, lengthOf, recoveredOf, shareOf } from "../ui/words.ts";
import { expectationPairs, radiusPairs, receiptPairs, signed } from "./comparison.ts";

const LOCAL = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const share = (part: number | null): string => (part === null ? "–" : shareOf(part * 1e6, 1e6));

const Side = ({ report, word }: { readonly report: RunReport; readonly word: string }) => (
  <div className="side">
    <p className="small">
      {word}: <a href={runHref(report.id)}>{report.id}</a>
    </p>
    <Badge headline={headlineOf(report)} />
    <p>{report.reason.split("\n", 1)[0]}</p>
    <p className="small">
      <Time iso={report.startedAt} />, seed {report.seed}, took {lengthOf(report.durationMs)}
    </p>
    <p className="small">
      {report.recoveredMs === null && !report.injected
        ? "Nothing was injected"
        : `Recovered ${recoveredOf(report) ?? "–"}`}
    </p>
  </div>
);

const Shares = ({ mine, other }: Reports) => (
  <Scroll label="Good shares">
    <table className="shares">
      <caption className="visually-hidden">Good shares in each phase</caption>
      <thead>
        <tr>
          <th scope="col">Expectation</th>
          <th scope="col">Phase</th>
          <th scope="col" className="number">
            This run
          </th>
          <th scope="col" className="number">
            The other
          </th>
          <th scope="col" className="number">
            Difference
          </th>
        </tr>
      </thead>
      <tbody>
        {expectationPairs(mine, other).flatMap(({ name, shares }) =>
          shares.map(({ phase, points, ...pair }, i) => (
            <tr key={`${name} ${phase}`}>
              {i === 0 && (
                <th scope="rowgroup" rowSpan={shares.length}>
                  {name}
                </th>
              )}
              <td>{phase}</td>
              <td className="number">{share(pair.mine)}</td>
              <td className="number">{share(pair.other)}</td>
              <td className={`number${points !== null && points < -0.05 ? " bad" : ""}`}>
                {points === null ? "–" : `${signed(points)} points`}
              </td>
            </tr>
          )),
        )}
      </tbody>
    </table>
  </Scroll>
);

const Hits = ({ mine, other }: Reports) => (
  <Scroll label="Receipts">
    <table>
      <caption className="visually-hidden">Receipts</caption>
      <thead>
        <tr>
          <th scope="col">Fault</th>
          <th scope="col">Edge</th>
          {["Matched: this run", "The other", "Injected: this run", "The other", "Difference"].map((word, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: they are always the same
            <th key={i} scope="col" className="number">
              {word}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {receiptPairs(mine, other).map(({ fault, edge, ...pair }) => (
          <tr key={JSON.stringify([fault, edge])}>
            <th scope="row">{fault}</th>
            <td>{spellEdge(edge)}</td>
            <td className="number">{pair.mine?.matched ?? "–"}</td>
            <td className="number">{pair.other?.matched ?? "–"}</td>
            <td className="number">{pair.mine?.injected ?? "–"}</td>
            <td className="number">{pair.other?.injected ?? "–"}</td>
            <td className="number">
              {pair.mine === null || pair.other === null ? "–" : signed(pair.mine.injected - pair.other.injected, 0)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

const DamageComparison = ({ mine, other }: Reports) => (
  <Scroll label="Blast radius">
    <table>
      <caption className="visually-hidden">Affected services</caption>
      <thead>
        <tr>
          <th scope="col">Service</th>
          <th scope="col">This run</th>
          <th scope="col">The other</th>
        </tr>
      </thead>
      <tbody>
        {radiusPairs(mine, other).map(({ service, ...pair }) => (
          <tr key={service}>
            <th scope="row">{service}</th>
            {[pair.mine, pair.other].map((felt, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: always these two
              <td key={i}>{felt === null ? "as before" : <State of={felt.state} part={damagePartOf(felt)} />}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </Scroll>
);

interface Reports {
  readonly mine: RunReport;
  readonly other: RunReport;
}
const Recovery = ({ mine, other }: Reports) => {
  const [here, there] = [mine.recoveredMs, other.recoveredMs];
  return here === null || there === null ? null : (
    <p>
      Recovery: {lengthOf(here)} here, {lengthOf(there)} there ({signed((here - there) / 1_000)} s).
    </p>
  );
};

export interface CompareProps {
  readonly mine: RunReport;
  /** The compared run; null: none chosen, or not loaded yet. */
  readonly other: RunReport | null;
  readonly chosen: RunId | null;
  /** Other runs of the same experiment, newest first. */
  readonly runs: readonly RunSummary[];
  readonly problem: string | null;
  readonly onChoose: (id: string | null) => void;
}
export const Compare = memo(({ mine, other, chosen, runs, problem, onChoose }: CompareProps) => {
  const id = useId();
  const unlisted = chosen !== null && !runs.some((run) => run.id === chosen);
  return (
    <section className="card compare" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Compare</h2>
      {runs.length === 0 && !unlisted ? (
        <p className="small">There is no other run of this experiment yet. Run it again to compare.</p>
      ) : (
        <div className="bar">
          <label htmlFor={`${id}-with`}>
            With another run of this experiment
            <select
              id={`${id}-with`}
              value={chosen ?? ""}
              onChange={(event) => onChoose(event.target.value === "" ? null : event.target.value)}
            >
              <option value="">none</option>
              {unlisted && <option value={chosen}>{chosen}</option>}
              {runs.map((run) => (
                <option key={run.id} value={run.id}>
                  {headlineOf(run)}, {LOCAL.format(new Date(run.startedAt))}, seed {run.seed}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      {chosen !== null && other === null && problem === null && <p className="small">Loading…</p>}
      {other !== null && (
        <>
          <div className="sides">
            <Side report={mine} word="This run" />
            <Side report={other} word="The other" />
          </div>
          <p className="small">
            In the charts above, the other run is the dotted line; the faults of both begin at the same moment.
          </p>
          <Recovery {...{ mine, other }} />
          <h3>Good shares</h3>
          <Shares {...{ mine, other }} />
          {mine.receipts.length + other.receipts.length > 0 && (
            <>
              <h3>Receipts</h3>
              <Hits {...{ mine, other }} />
            </>
          )}
          {mine.radius !== undefined && other.radius !== undefined && (
            <>
              <h3>Blast radius</h3>
              {radiusPairs(mine, other).length === 0 ? (
                <p className="small">No service was affected in either run.</p>
              ) : (
                <DamageComparison {...{ mine, other }} />
              )}
            </>
          )}
        </>
      )}
    </section>
  );
});
