/** Every stored experiment: who applied it, how it went lately, and what can be done with it. */
import { useMemo, useState } from "react";
import type { DocumentView, RunSummary } from "../../server/api/contract/index.ts";
import { useAsked } from "../api/queries.ts";
import { useNow } from "../clock.ts";
import { Asked } from "../look/asked.tsx";
import { groupBy } from "../look/grouped.ts";
import { LastKnown } from "../look/last-known.tsx";
import { Time } from "../look/time.tsx";
import { Trend } from "../look/trend.tsx";
import { useTitle } from "../look/use-title.ts";
import { agoOf } from "../look/words.ts";
import { experimentHref, go, pageHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { OpenFile } from "./open-file.tsx";
import { storedSource } from "./source.ts";
import { StartDialog } from "./start/start-dialog.tsx";
import { keepDraft } from "./text/draft.ts";
import "./experiments.css";

const LOOK_MS = 5_000;
/** Most of a page of the API. */
const MOST = 200;
const LAST = 12;

const openText = (text: string) => {
  keepDraft(null, { text, base: null });
  go(experimentHref(null));
};
const lastOf = (runs: readonly RunSummary[]) =>
  runs
    .filter(({ state }) => state === "finished")
    .slice(0, LAST)
    .toReversed();

interface RowProps {
  readonly document: DocumentView;
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** There may be runs that are older than these. */
  readonly isCut: boolean;
  readonly wallMs: number;
  readonly onStart: () => void;
}
/** Of an experiment that has no run among the newest of all. */
const useOlder = (name: string, when: boolean): readonly RunSummary[] =>
  useAsked("GET /api/v1/runs", { query: { experiment: name, limit: LAST } }, { when }).data?.runs ?? [];

const Row = ({ document: { name, version, appliedBy, appliedAt }, runs, isCut, wallMs, onStart }: RowProps) => {
  const refusal = useRefusal("operator");
  const isShort = isCut && runs.length < LAST;
  const older = useOlder(name, isShort);
  const last = lastOf(isShort && older.length > runs.length ? older : runs);
  return (
    <tr>
      <th scope="row">
        <a href={experimentHref(name)}>{name}</a>
      </th>
      <td className="trend-cell">
        {last.length === 0 ? (
          <span className="small">no run yet</span>
        ) : (
          <a href={pageHref("runs", { experiment: name })} aria-label={`Runs of ${name}`}>
            <Trend runs={last} />
          </a>
        )}
      </td>
      <td className="number extra">{version}</td>
      <td className="extra">{appliedBy}</td>
      <td className="nowrap extra">
        <Time iso={appliedAt}>{agoOf(wallMs - Date.parse(appliedAt))}</Time>
      </td>
      <td className="acts">
        <div className="actions">
          <button
            type="button"
            aria-label={`Start ${name}`}
            disabled={refusal !== null}
            title={refusal ?? undefined}
            onClick={onStart}
          >
            Start…
          </button>
          {refusal === null && (
            <a
              className="button extra"
              href={pageHref("schedules", { experiment: name })}
              aria-label={`Schedule ${name}`}
            >
              Schedule…
            </a>
          )}
        </div>
      </td>
    </tr>
  );
};

const Empty = () => (
  <div className="card empty">
    <h2>No experiments yet</h2>
    <p>An experiment says what must stay true, which fault is caused, and how far the damage may reach.</p>
    <p>
      Write <a href={experimentHref(null)}>a new one</a>: it begins with a template for the mesh of this server. Or
      apply a file that you have:
    </p>
    <pre>SQUALL_TOKEN=… squall apply -f your-experiment.yaml --server {window.location.origin}</pre>
  </div>
);

interface ListProps {
  readonly documents: readonly DocumentView[];
  readonly runs: readonly RunSummary[];
  readonly isCut: boolean;
}
const List = ({ documents, runs, isCut }: ListProps) => {
  const { wallMs } = useNow(LOOK_MS);
  const [starting, setStarting] = useState<DocumentView | null>(null);
  const byExperiment = useMemo(() => groupBy(runs, ({ experiment }) => experiment), [runs]);
  return (
    <>
      <div className="card scroll live-data experiments-list">
        <table className="experiments">
          <thead>
            <tr>
              <th scope="col">Experiment</th>
              <th scope="col">Last verdicts</th>
              <th scope="col" className="number extra">
                Version
              </th>
              <th scope="col" className="extra">
                Applied by
              </th>
              <th scope="col" className="extra">
                Applied
              </th>
              <th scope="col">
                <span className="visually-hidden">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {documents.map((document) => (
              <Row
                key={document.name}
                document={document}
                runs={byExperiment.get(document.name) ?? []}
                {...{ isCut, wallMs }}
                onStart={() => setStarting(document)}
              />
            ))}
          </tbody>
        </table>
      </div>
      {starting !== null && (
        <StartDialog
          name={starting.name}
          choices={[{ word: `Version ${starting.version} as it is stored`, source: storedSource(starting) }]}
          onLeave={() => setStarting(null)}
        />
      )}
    </>
  );
};

export const ExperimentsPage = (_: { readonly query: URLSearchParams }) => {
  useTitle("Experiments");
  const documents = useAsked(
    "GET /api/v1/documents",
    { query: { kind: "Experiment", limit: MOST } },
    { everyMs: LOOK_MS },
  );
  const runs = useAsked("GET /api/v1/runs", { query: { limit: MOST } }, { everyMs: LOOK_MS });
  return (
    <>
      <div className="head">
        <h1>Experiments</h1>
        <LastKnown />
        <div className="actions">
          <OpenFile onOpen={openText} />
          <a className="button main" href={experimentHref(null)}>
            New experiment
          </a>
        </div>
      </div>
      <Asked of={documents}>
        {(data) =>
          data.documents.length === 0 ? (
            <Empty />
          ) : (
            <>
              <List
                documents={data.documents}
                runs={runs.data?.runs ?? []}
                isCut={runs.data !== undefined && runs.data.next !== null}
              />
              {data.next !== null && (
                <p className="small">
                  These are the first {MOST}. <code>squall get experiments</code> lists them all.
                </p>
              )}
            </>
          )
        }
      </Asked>
    </>
  );
};
