import { useMemo } from "react";
import type { AuditRecord } from "../../server/contract/index.ts";
import { type Listing, usePages } from "../api/use-pages.ts";
import { useNow } from "../clock.ts";
import { useRefusal, useSession } from "../session.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { More } from "../ui/more.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { useTitle } from "../ui/use-title.ts";
import { AuditTable } from "./audit-table.tsx";
import "./audit.css";
import { auditFilterIn, auditQueryOf, isNarrow, queryOf } from "./filter.ts";
import { Filters } from "./filters.tsx";

const LOOK_MS = 5_000;
const MINUTE_MS = 60_000;
const LISTING: Listing<"GET /api/v1/audit", AuditRecord> = {
  route: "GET /api/v1/audit",
  pageOf: ({ records, next }) => ({ items: records, next }),
  placeOf: ({ id }) => id,
};

const Log = ({ query }: { readonly query: URLSearchParams }) => {
  const text = query.toString();
  const narrowing = useMemo(() => auditFilterIn(new URLSearchParams(text)), [text]);
  const { wallMs } = useNow(MINUTE_MS);
  const meant = { of: JSON.stringify(queryOf(narrowing)), wishes: [{ query: auditQueryOf(narrowing, wallMs) }] };
  const pages = usePages(LISTING, meant, { everyMs: LOOK_MS });
  const records = pages.items ?? [];
  return (
    <>
      <Filters narrowing={narrowing} />
      <QueryState of={pages.of}>
        {() => (
          <>
            {records.length === 0 && !pages.isOther && (
              <div className="card empty">
                <h2>{isNarrow(narrowing) ? "Nothing was written like that" : "Nothing was written yet"}</h2>
                <p>
                  Every write appears here, done or refused: starts, halts, applied documents, tokens. Reads do not.
                </p>
              </div>
            )}
            {records.length > 0 && <AuditTable records={records} busy={pages.isOther} />}
            <More of={pages} what="records" />
          </>
        )}
      </QueryState>
    </>
  );
};

/** Notice for users without access: no error, since the audit log is closed to other roles than admin. */
const Closed = () => {
  const { who } = useSession();
  return (
    <div className="card empty">
      <h2>The audit log is for administrators</h2>
      <p>
        It tells who started, halted, applied and revoked what, and when. You are signed in as{" "}
        <strong>{who.name}</strong>, {who.role}: ask an administrator, or sign in with a token of the role admin. What
        runs did stands in their own journals, which you may read.
      </p>
    </div>
  );
};

export const AuditPage = ({ query }: { readonly query: URLSearchParams }) => {
  const closed = useRefusal("admin") !== null;
  useTitle("Audit");
  return (
    <>
      <div className="head">
        <h1>Audit</h1>
        <LastKnown />
      </div>
      {closed ? <Closed /> : <Log query={query} />}
    </>
  );
};
