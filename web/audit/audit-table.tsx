import { memo } from "react";
import type { AuditRecord } from "../../server/contract/index.ts";
import { pageHref } from "../route.ts";
import { Time } from "../ui/time.tsx";
import { wordsOf } from "./actions.ts";

const DONE = ["ok", "done"];

const Outcome = ({ outcome }: { readonly outcome: string }) =>
  DONE.includes(outcome) ? (
    <span className="met good">✓ done</span>
  ) : (
    <span className="met bad">✕ refused: {outcome}</span>
  );

const Row = ({ record }: { readonly record: AuditRecord }) => {
  const { at, principal, role, action, target, outcome, detail, request } = record;
  return (
    <tr>
      <td data-word="When" className="at" title={request === null ? undefined : `Request ${request}`}>
        <Time iso={at} />
      </td>
      <td data-word="Who">
        <a href={pageHref("audit", { principal })} aria-label={`Only what ${principal} did`}>
          {principal}
        </a>{" "}
        <span className="small">{role}</span>
      </td>
      <td data-word="What" title={action}>
        {wordsOf(action) ?? action}
      </td>
      <td data-word="On what">
        <code>{target}</code>
      </td>
      <td data-word="Outcome">
        <Outcome outcome={outcome} />
      </td>
      <td data-word="Detail" className={detail === "" ? "none" : undefined}>
        {detail === "" ? <span className="small">–</span> : detail}
      </td>
    </tr>
  );
};
const Kept = memo(Row);

/** Table of audit records. `busy`: the shown records still answer the previous request. */
export const AuditTable = ({ records, busy }: { readonly records: readonly AuditRecord[]; readonly busy: boolean }) => (
  <div className="card audit-log live-data" aria-busy={busy}>
    <table className="stacks" aria-label="Audit log, newest first">
      <thead>
        <tr>
          <th>When</th>
          <th>Who</th>
          <th>What</th>
          <th>On what</th>
          <th>Outcome</th>
          <th>Detail</th>
        </tr>
      </thead>
      <tbody>
        {records.map((record) => (
          <Kept key={record.id} record={record} />
        ))}
      </tbody>
    </table>
  </div>
);
