/** Reach of the damage, from the journal up to the displayed moment. */
import { damagePartOf, sayRadiusCoverage } from "../../experiments/model/report/radius-words.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import { State } from "../ui/state.tsx";
import { momentOf } from "../ui/words.ts";

export interface MeasuredRadiusProps {
  readonly report: RunReport;
  readonly onPick: (atMs: number) => void;
}
export const MeasuredRadius = ({ report: { radius, injected, mode }, onPick }: MeasuredRadiusProps) =>
  !injected || mode !== "full" ? null : (
    <section className="card">
      <h2>Blast radius</h2>
      {radius === undefined ? (
        <p className="small">It was not measured yet: nothing was hit, or this run is from before it was judged.</p>
      ) : (
        <>
          {radius.services.length > 0 && (
            <table className="receipts radius">
              <thead>
                <tr>
                  <th scope="col">Service</th>
                  <th scope="col">Worst state</th>
                  <th scope="col">Since</th>
                  <th scope="col">Why</th>
                </tr>
              </thead>
              <tbody>
                {radius.services.map((felt) => (
                  <tr key={felt.service}>
                    <th scope="row">{felt.service}</th>
                    <td data-label="Worst state">
                      <State of={felt.state} part={damagePartOf(felt)} />
                    </td>
                    <td data-label="Since">
                      <button
                        type="button"
                        className="quiet moment"
                        aria-label={`Go to ${momentOf(felt.sinceMs)}`}
                        onClick={() => onPick(felt.sinceMs)}
                      >
                        {momentOf(felt.sinceMs)}
                      </button>
                    </td>
                    <td className="edge">{felt.reason}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          {radius.services.length === 0 && <p>No service was affected.</p>}
          <p className="small">{sayRadiusCoverage(radius)}</p>
        </>
      )}
    </section>
  );
