import type { RunSummary } from "../../server/api/contract/index.ts";
import type { Client } from "../api/client.ts";
import type { Link } from "../api/follow.ts";
import { useNow } from "../clock.ts";
import { Badge } from "../look/badge.tsx";
import { Freshness, isStale } from "../look/freshness.tsx";
import { Halt } from "../look/halt.tsx";
import { Time } from "../look/time.tsx";
import { useTitle } from "../look/use-title.ts";
import { agoOf, headlineOf, lengthOf, stateOf } from "../look/words.ts";
import { runHref } from "../route.ts";
import { type RunsView, useRuns } from "./use-runs.ts";

const linkOf = ({ runs, failure }: RunsView): Link =>
  failure !== null ? { is: "lost", why: failure } : { is: runs === null ? "connecting" : "live" };

const Row = ({ run, wallMs }: { readonly run: RunSummary; readonly wallMs: number }) => {
  const running = run.state !== "finished";
  return (
    <li>
      <a className="row" href={runHref(run.id)}>
        <Badge headline={headlineOf(run)} />
        <span className="what">
          <strong>{run.experiment}</strong>
          <span className="reason">
            {running ? `${run.state}: ${stateOf(run.state)}` : run.reason.split("\n", 1)[0]}
          </span>
        </span>
        <span className="when">
          <Time iso={run.startedAt}>{agoOf(wallMs - Date.parse(run.startedAt))}</Time>
          <span className="small">
            <Time iso={run.startedAt} />
          </span>
        </span>
        <span className="took">{running ? "" : lengthOf(run.durationMs)}</span>
      </a>
    </li>
  );
};

const Empty = () => (
  <div className="card empty">
    <h2>No runs yet</h2>
    <p>
      A run appears here as soon as it starts. If this server came with <code>squall up</code>, start one with:
    </p>
    <pre>squall run your-experiment.yaml</pre>
    <p>and on any other server, with its token in the environment, with:</p>
    <pre>SQUALL_TOKEN=… squall run your-experiment.yaml --server {window.location.origin}</pre>
  </div>
);

export const RunsPage = ({ client }: { readonly client: Client }) => {
  const view = useRuns(client);
  const { nowMs, wallMs } = useNow(1_000);
  const { runs } = view;
  const link = linkOf(view);
  const ageMs = Math.max(0, nowMs - view.heardMs);
  const underWay = runs?.filter(({ state }) => state !== "finished").length ?? 0;
  useTitle(underWay > 0 ? `Runs (${underWay} under way)` : "Runs");
  return (
    <>
      <div className="head">
        <h1>Runs</h1>
        <Freshness link={link} ageMs={ageMs} />
        {underWay > 0 && (
          <Halt
            label="Halt all runs"
            meaning="Every run of this server is halted: its faults are taken away at once, and every agent has to prove it."
            onHalt={(reason) => client.call("POST /api/v1/halt", { body: { reason } })}
          />
        )}
      </div>
      {runs?.length === 0 && <Empty />}
      {runs !== null && runs.length > 0 && (
        <ol className={`rows${isStale(link, ageMs) ? " stale" : ""}`}>
          {runs.map((run) => (
            <Row key={run.id} run={run} wallMs={wallMs} />
          ))}
        </ol>
      )}
    </>
  );
};
