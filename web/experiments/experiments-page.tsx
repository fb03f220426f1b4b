/** List of stored experiments: the user who applied each, the recent verdicts, and the actions. */
import { useMemo, useState } from "react";
import type { DocumentView } from "../../server/contract/index.ts";
import { type ListedDocument, useDocuments } from "../api/use-documents.ts";
import { useNow } from "../clock.ts";
import { experimentHref, go, pageHref, replace, runHref } from "../route.ts";
import { useTrends } from "../runs/use-trends.ts";
import { useRefusal } from "../session.tsx";
import { Badge } from "../ui/badge.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { QueryState } from "../ui/query-state.tsx";
import { Time } from "../ui/time.tsx";
import { Trend } from "../ui/trend.tsx";
import { useTitle } from "../ui/use-title.ts";
import { agoOf, headlineOf, type TrendRun } from "../ui/words.ts";
import { OpenFile } from "./open-file.tsx";
import { storedSource } from "./source.ts";
import { StartDialog } from "./start/start-dialog.tsx";
import { keepDraft } from "./text/draft.ts";
import "./experiments.css";

const LOOK_MS = 5_000;
/** Runs of a trend that a row has room for. */
const ROOM = 12;

const openText = (text: string) => {
  keepDraft(null, { text, base: null });
  go(experimentHref(null));
};

type End = string | { readonly labels?: Readonly<Record<string, string>> };
interface Written {
  readonly spec?: {
    readonly description?: string;
    readonly faults?: readonly { readonly edge?: { readonly from?: End; readonly to?: End; readonly at?: string } }[];
  };
}
const endOf = (end: End | undefined): string =>
  typeof end === "string"
    ? end
    : Object.entries(end?.labels ?? {})
        .map((pair) => pair.join("="))
        .join(", ");
/** Description and target edges of an experiment, read from the file content. */
const readListed = (content: unknown): { readonly description: string; readonly targets: readonly string[] } => {
  const { description = "", faults = [] } = (content as Written | null)?.spec ?? {};
  const spell = ({ from, to, at }: NonNullable<(typeof faults)[number]["edge"]>) =>
    `${endOf(from)} → ${endOf(to)}${at === "callee" ? " (at callee)" : ""}`;
  const edges = faults.flatMap(({ edge }) => (edge === undefined ? [] : [spell(edge)]));
  return { description, targets: [...new Set(edges)] };
};

interface Listed {
  readonly document: DocumentView;
  readonly description: string;
  readonly targets: readonly string[];
}
interface RowProps {
  readonly listed: Listed;
  /** Finished, oldest first. */
  readonly runs: readonly TrendRun[];
  /** False: runs of this experiment may be missing, since more experiments have runs than an answer has room for. */
  readonly complete: boolean;
  readonly wallMs: number;
  readonly refusal: string | null;
  readonly onStart: () => void;
}
const Row = ({ listed: { document, description, targets }, runs, complete, wallMs, refusal, onStart }: RowProps) => {
  const { name, version, appliedBy, appliedAt } = document;
  const last = runs.at(-1);
  return (
    <tr>
      <th scope="row">
        <a href={experimentHref(name)}>{name}</a>
        {description !== "" && <span className="small about">{description}</span>}
        <span className="small about extra">
          Version {version} by {appliedBy}, <Time iso={appliedAt}>{agoOf(wallMs - Date.parse(appliedAt))}</Time>
        </span>
      </th>
      <td data-word="Target">{targets.length === 0 ? "–" : targets.join(", ")}</td>
      <td data-word="Last verdict">
        {last === undefined ? (
          <span className="small">{complete ? "no run yet" : "no run lately"}</span>
        ) : (
          <a href={runHref(last.id)} className="last-verdict">
            <Badge headline={headlineOf(last)} />{" "}
            <span className="small">{agoOf(wallMs - Date.parse(last.startedAt))}</span>
          </a>
        )}
      </td>
      <td data-word="Trend" className="trend-cell">
        {runs.length === 0 ? (
          "–"
        ) : (
          <a href={pageHref("runs", { experiment: name })} aria-label={`Runs of ${name}`}>
            <Trend runs={runs.slice(-ROOM)} />
          </a>
        )}
      </td>
      <td className="acts">
        <div className="actions">
          <button
            type="button"
            aria-label={`Start ${name}`}
            aria-describedby="experiments-refusal"
            disabled={refusal !== null}
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
  readonly documents: readonly ListedDocument[];
  /** Search text; empty: every experiment. */
  readonly wanted: string;
}
const HEADINGS = ["Experiment", "Target", "Last verdict", "Trend"] as const;
const List = ({ documents, wanted }: ListProps) => {
  const { wallMs } = useNow(LOOK_MS);
  const [starting, setStarting] = useState<DocumentView | null>(null);
  const refusal = useRefusal("operator");
  const { trends, complete } = useTrends();
  const byExperiment = useMemo(() => new Map(trends.map(({ experiment, runs }) => [experiment, runs])), [trends]);
  const all = useMemo(
    () => documents.map((document): Listed => ({ document, ...readListed(document.content) })),
    [documents],
  );
  const words = wanted.trim().toLowerCase();
  const shown = all.filter(({ document: { name }, description, targets }) =>
    [name, description, ...targets].some((text) => text.toLowerCase().includes(words)),
  );
  return (
    <>
      <div className="bar">
        <label className="find">
          Find an experiment
          <input
            type="search"
            value={wanted}
            placeholder="name, description or target"
            onChange={(event) => replace(pageHref("experiments", { find: event.target.value }))}
          />
        </label>
        <p className="small" role="status">
          {words !== "" && `${shown.length} of ${all.length}`}
        </p>
      </div>
      <p className="small" id="experiments-refusal">
        {refusal !== null && `Nothing can be started from here: ${refusal}`}
      </p>
      {shown.length === 0 ? (
        <p className="card">No experiment has this in its name, description or target.</p>
      ) : (
        <div className="card live-data experiments-list">
          <table className="experiments stacks">
            <thead>
              <tr>
                {HEADINGS.map((word) => (
                  <th key={word} scope="col">
                    {word}
                  </th>
                ))}
                <th scope="col">
                  <span className="visually-hidden">What can be done</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((listed) => (
                <Row
                  key={listed.document.name}
                  {...{ listed, complete, wallMs, refusal }}
                  runs={byExperiment.get(listed.document.name) ?? []}
                  onStart={() => setStarting(listed.document)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
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

export const ExperimentsPage = ({ query }: { readonly query: URLSearchParams }) => {
  useTitle("Experiments");
  const stored = useDocuments("Experiment", { content: true, everyMs: LOOK_MS });
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
      <QueryState of={stored}>
        {(documents) =>
          documents.length === 0 ? <Empty /> : <List documents={documents} wanted={query.get("find") ?? ""} />
        }
      </QueryState>
    </>
  );
};
