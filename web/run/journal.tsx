/**
 * The journal, up to the moment that is shown: by kind, by words, a page at a time; each record whole when asked for.
 */
import { memo, useDeferredValue, useId, useMemo, useState } from "react";
import type { JournalRecord } from "../../experiments/model/journal/journal.ts";
import type { AgentRef } from "../../experiments/model/plan/agents.ts";
import { Time } from "../ui/time.tsx";
import { momentOf } from "../ui/words.ts";
import { kindOf, kindsOf, linesOf, momentMs, PAGE, pagesOf, saysOf } from "./journal-lines.ts";

const Line = memo(({ record, agents }: { readonly record: JournalRecord; readonly agents: readonly AgentRef[] }) => {
  const [open, setOpen] = useState(false);
  const atMs = momentMs(record);
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <span className="number small">{record.sequence}</span>
          <span className="when">{atMs === null ? "" : momentOf(atMs)}</span>
          <strong>{kindOf(record)}</strong>
          <span className="says">{saysOf(record, agents)}</span>
        </summary>
        {open && (
          <>
            <p className="small">
              <Time iso={new Date(record.wallMs).toISOString()} />
            </p>
            <pre>{JSON.stringify(record, null, 2)}</pre>
          </>
        )}
      </details>
    </li>
  );
});

interface PagesProps {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
}
const Pages = ({ page, pages, onPage }: PagesProps) => (
  <nav className="turn" aria-label="Pages of the journal">
    <button type="button" disabled={page === 0} onClick={() => onPage(0)}>
      First
    </button>
    <button type="button" disabled={page === 0} onClick={() => onPage(page - 1)}>
      Earlier
    </button>
    <span>
      Page {page + 1} of {pages}
    </span>
    <button type="button" disabled={page >= pages - 1} onClick={() => onPage(page + 1)}>
      Later
    </button>
    <button type="button" disabled={page >= pages - 1} onClick={() => onPage(pages - 1)}>
      Last
    </button>
  </nav>
);

export interface JournalProps {
  readonly records: readonly JournalRecord[];
  /** Number of records at the displayed moment. */
  readonly count: number;
  readonly agents: readonly AgentRef[];
}
export const Journal = memo(({ records, count, agents }: JournalProps) => {
  const id = useId();
  const [kind, setKind] = useState("");
  const [typed, setTyped] = useState("");
  /** Requested page; null: the last page, whichever number that is. */
  const [asked, setAsked] = useState<number | null>(0);
  const text = useDeferredValue(typed);
  const kinds = useMemo(() => kindsOf(records, count), [records, count]);
  const lines = useMemo(() => linesOf(records, count, { kind, text }), [records, count, kind, text]);
  const pages = pagesOf(lines.length);
  const page = Math.min(asked ?? pages - 1, pages - 1);
  const turn = (to: number) => setAsked(to === pages - 1 && to > 0 ? null : to);
  return (
    <section className="card journal">
      <h2>Journal</h2>
      <div className="bar">
        <label htmlFor={`${id}-kind`}>
          Kind
          <select
            id={`${id}-kind`}
            value={kind}
            onChange={(event) => {
              setKind(event.target.value);
              setAsked(0);
            }}
          >
            <option value="">every kind ({count})</option>
            {kinds.map(([name, many]) => (
              <option key={name} value={name}>
                {name} ({many})
              </option>
            ))}
          </select>
        </label>
        <label htmlFor={`${id}-text`}>
          Search
          <input
            id={`${id}-text`}
            type="search"
            value={typed}
            onChange={(event) => {
              setTyped(event.target.value);
              setAsked(0);
            }}
          />
        </label>
        <p className="small" role="status">
          {lines.length} of {count} records
        </p>
      </div>
      {lines.length === 0 ? (
        <p className="small">No record matches. Choose every kind, or clear the search.</p>
      ) : (
        <ol className="lines">
          {lines.slice(page * PAGE, (page + 1) * PAGE).map((record) => (
            <Line key={record.sequence} record={record} agents={agents} />
          ))}
        </ol>
      )}
      {pages > 1 && <Pages page={page} pages={pages} onPage={turn} />}
    </section>
  );
});
