/** First bad samples of each expectation, with the known details. */
import { memo } from "react";
import { firstBadOf } from "../../experiments/model/evidence/tally.ts";
import { PHASES } from "../../experiments/model/experiment/phase.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { momentOf } from "../ui/words.ts";

const MOST = 5;
/**
 * First bad samples of each phase: a bad sample before any fault differs in meaning from a bad sample during the
 * fault.
 */
const samplesOf = ({ expectations, spans }: RunReport) =>
  expectations.flatMap(({ name, timeline }) =>
    PHASES.flatMap((phase) =>
      firstBadOf(
        timeline.filter((second) => second.phase === phase),
        MOST,
      ).map((sample) => ({ name, phase, intoMs: sample.atMs - (spans[phase]?.fromMs ?? 0), ...sample })),
    ),
  );

export interface BadSamplesProps {
  readonly report: RunReport;
  readonly onPick: (atMs: number) => void;
}
export const BadSamples = memo(({ report, onPick }: BadSamplesProps) => {
  const samples = samplesOf(report);
  return (
    <section className="card">
      <h2>First bad samples</h2>
      {samples.length === 0 ? (
        <p className="small">No sample was bad.</p>
      ) : (
        <div className="scroll">
          <table className="samples">
            <thead>
              <tr>
                <th scope="col">Sent at</th>
                <th scope="col">Expectation</th>
                <th scope="col">Phase</th>
                <th scope="col">Why it is bad</th>
                <th scope="col" className="number">
                  Status
                </th>
                <th scope="col" className="number">
                  Latency
                </th>
              </tr>
            </thead>
            <tbody>
              {samples.map(({ name, phase, atMs, intoMs, why, status, latencyMs }, i) => (
                // Two samples of one moment may be alike in all.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                <tr key={i}>
                  <td>
                    <button
                      type="button"
                      className="quiet moment"
                      aria-label={`Go to ${momentOf(atMs)}`}
                      onClick={() => onPick(atMs)}
                    >
                      {momentOf(atMs)}
                    </button>
                  </td>
                  <th scope="row">{name}</th>
                  <td>
                    {phase} <span className="small">{momentOf(intoMs)}</span>
                  </td>
                  <td>{why}</td>
                  <td className="number" data-label="Status">
                    {status ?? "–"}
                  </td>
                  <td className="number" data-label="Latency">
                    {latencyMs === undefined ? "–" : `${Math.round(latencyMs)} ms`}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
});
