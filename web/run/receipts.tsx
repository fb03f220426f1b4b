/** Effect of the faults, and the proof that the faults are gone. */
import { edgeIdOf, spellEdge } from "../../experiments/model/names.ts";
import type { RunReport } from "../../experiments/model/report/report.ts";
import type { AuditGrade } from "../../experiments/model/verdict/verdict.ts";
import { columnsFor, countIn } from "./receipt-columns.ts";

export const Receipts = ({ receipts, faults }: RunReport) => (
  <section className="card">
    <h2>Receipts</h2>
    {receipts.length === 0 ? (
      <p className="small">This experiment has no faults.</p>
    ) : (
      <table className="receipts">
        <thead>
          <tr>
            <th scope="col">Fault</th>
            <th scope="col">Edge</th>
            {columnsFor(receipts).map(({ count, meaning }) => (
              <th key={count} scope="col" className="number" title={meaning}>
                {count}
              </th>
            ))}
            <th scope="col">Unit</th>
          </tr>
        </thead>
        <tbody>
          {receipts.map((receipt) => (
            <tr key={`${receipt.fault} ${edgeIdOf(receipt)}`}>
              <th scope="row">
                {receipt.fault}
                <span className="small">{faults.find(({ name }) => name === receipt.fault)?.description}</span>
              </th>
              <td className="edge">{spellEdge(edgeIdOf(receipt))}</td>
              {columnsFor(receipts).map(({ count }) => (
                <td key={count} data-label={count} className={`number${count === "injected" ? " strong" : ""}`}>
                  {countIn(receipt, count)}
                </td>
              ))}
              <td data-label="Unit">{receipt.unit}</td>
            </tr>
          ))}
        </tbody>
      </table>
    )}
  </section>
);

const GRADES: Readonly<Record<AuditGrade, { readonly sign: string; readonly tone: string; readonly meaning: string }>> =
  {
    attested: { sign: "✓", tone: "good", meaning: "it answered, after the revert, that it holds nothing" },
    witnessed: { sign: "✓", tone: "warn", meaning: "its process was seen to end" },
    inferred: { sign: "?", tone: "warn", meaning: "its last lease is over" },
    unknown: { sign: "✗", tone: "bad", meaning: "nothing shows that its faults are gone" },
  };

/** True once the agents can be audited: before the revert there is no audit. */
const isAsked = ({ state, audit }: RunReport): boolean =>
  audit.length > 0 && ["reverting", "recovering", "auditing", "finished"].includes(state);

export const Audit = (report: RunReport) => {
  const { audit, residue, state, injected } = report;
  const finished = state === "finished";
  return (
    <section className="card">
      <h2>Audit</h2>
      {isAsked(report) ? (
        <ul className="audit">
          {audit.map(({ agent, grade, detail }) => (
            <li key={agent}>
              <strong>{agent}</strong>{" "}
              {finished || grade !== "unknown" ? (
                <>
                  <span className={`met ${GRADES[grade].tone}`} title={GRADES[grade].meaning}>
                    <span aria-hidden="true">{GRADES[grade].sign}</span> {grade}
                  </span>
                  <span className="small"> {detail}</span>
                </>
              ) : (
                <span className="met dim">no answer yet</span>
              )}
            </li>
          ))}
        </ul>
      ) : (
        <p className="small">
          {finished && !injected
            ? "No fault was ever ordered, so there was none to take away."
            : "Every agent is asked when the faults are taken away."}
        </p>
      )}
      {residue.length > 0 && <p className="problem">Faults may still be live on: {residue.join(", ")}</p>}
    </section>
  );
};
