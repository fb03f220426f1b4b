/** One expectation: what was asked, what was counted, how it went over time. */
import { PHASES } from "../../experiments/model/experiment.ts";
import type { ExpectationReport } from "../../experiments/model/report.ts";
import { formatShare } from "../../experiments/model/units.ts";
import { momentOf, objectiveOf, shareOf } from "../look/words.ts";
import { Chart } from "./chart.tsx";
import type { Band, Scale } from "./scale.ts";

const MET = {
  true: { sign: "✓", word: "held", tone: "good" },
  false: { sign: "✗", word: "broken", tone: "bad" },
  null: { sign: "·", word: "not judged", tone: "dim" },
} as const;

const Counts = ({ phases, objective }: ExpectationReport) => (
  <table className="counts">
    <thead>
      <tr>
        <th scope="col">Phase</th>
        <th scope="col">Good</th>
        <th scope="col">Bad</th>
        <th scope="col">Share</th>
        <th scope="col">Objective</th>
      </tr>
    </thead>
    <tbody>
      {PHASES.map((phase) => {
        const count = phases[phase];
        const seen = count === undefined ? 0 : count.good + count.bad;
        const wanted = objective[phase];
        const short = count !== undefined && wanted !== undefined && seen > 0 && count.good / seen < wanted;
        return (
          <tr key={phase}>
            <th scope="row">{phase}</th>
            <td>{count?.good ?? "–"}</td>
            <td className={short ? "bad" : ""}>
              {count?.bad ?? "–"}
              {count !== undefined && count.errored > 0 && (
                <span title={`${count.errored} errored: the prober itself could not look`}> +{count.errored}?</span>
              )}
            </td>
            <td className={short ? "bad" : ""}>{count === undefined ? "–" : shareOf(count.good, seen)}</td>
            <td>{wanted === undefined ? "–" : `≥ ${formatShare(wanted)}`}</td>
          </tr>
        );
      })}
    </tbody>
  </table>
);

export interface ExpectationProps {
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly expectation: ExpectationReport;
  readonly finished: boolean;
  /** Run time at which `during` began. */
  readonly duringMs: number;
}
export const Expectation = ({ scale, bands, expectation, finished, duringMs }: ExpectationProps) => {
  const { name, probe, met, reason, firstBad } = expectation;
  const { sign, word, tone } = MET[`${met}`];
  const [bad] = firstBad;
  return (
    <article className="expectation">
      <header>
        <h3>{name}</h3>
        <span className={`met ${tone}`}>
          <span aria-hidden="true">{sign}</span> {met === null && !finished ? "undecided" : word}
        </span>
        <p className="small">
          {probe}; {objectiveOf(expectation)}
        </p>
      </header>
      <div className="measured">
        {scale.width > 0 && <Chart scale={scale} bands={bands} expectation={expectation} />}
        <Counts {...expectation} />
      </div>
      {reason !== "" && <p className="small">{reason}</p>}
      {/* A broken one's reason names it already. */}
      {bad !== undefined && met !== false && (
        <p className="small">
          First bad one {momentOf(bad.atMs - duringMs)} into the faults: {bad.why}
        </p>
      )}
    </article>
  );
};
