import { useCallback, useMemo } from "react";
import { asRunId, type RunId } from "../../experiments/model/names.ts";
import { ageOf } from "../api/connection.ts";
import { useApiQuery } from "../api/queries.ts";
import { useLost } from "../api/traffic.ts";
import { useNow } from "../clock.ts";
import { HaltRun } from "../halt/halt-run.tsx";
import { pageHref, replace, runHref } from "../route.ts";
import { Waiting } from "../runs/run-row.tsx";
import { LastKnown } from "../ui/last-known.tsx";
import { useTitle } from "../ui/use-title.ts";
import { headlineOf, momentOf } from "../ui/words.ts";
import { BadSamples } from "./bad-samples.tsx";
import { Compare } from "./compare.tsx";
import { Download } from "./download.tsx";
import { Events } from "./events.tsx";
import { File } from "./file.tsx";
import { type Folded, reportNow } from "./fold.ts";
import { About, Head } from "./head.tsx";
import { Journal } from "./journal.tsx";
import { Latency } from "./latency.tsx";
import { phaseClockOf } from "./phase-clock.ts";
import { addressOf, STEP_MS } from "./playhead.ts";
import { MeasuredRadius } from "./radius.tsx";
import { Audit, Receipts } from "./receipts.tsx";
import { RunAgain } from "./run-again.tsx";
import { bandsOf } from "./scale.ts";
import { Timeline } from "./timeline.tsx";
import { usePlayhead } from "./use-playhead.ts";
import { type RunView, useRun } from "./use-run.ts";
import "./run.css";

const TICK_MS = 200;
/** Silence limit, ms: the server sends a heartbeat every 5 s on the stream of a quiet run. */
const QUIET_MS = 7_000;
const MOST_RUNS = 100;
const QUEUED_MS = 3_000;

interface Shown {
  readonly id: RunId;
  readonly query: URLSearchParams;
  readonly view: RunView;
  /** The newest there is. */
  readonly latest: Folded;
  readonly isLive: boolean;
  readonly nowMs: number;
}

/** The compared run, and the candidates for comparison. */
const useOthers = (id: RunId, experiment: string, chosen: RunId | null, isQueued: boolean) => {
  const everyMs = isQueued ? QUEUED_MS : null;
  const listed = useApiQuery("GET /api/v1/runs", { query: { experiment, limit: MOST_RUNS } }, { everyMs });
  const asked = useApiQuery("GET /api/v1/runs/:id", { params: { id: chosen ?? "" } }, { when: chosen !== null });
  const all = listed.isPlaceholderData ? undefined : listed.data?.runs;
  const runs = useMemo(
    () => (all ?? []).filter((run) => run.id !== id && run.experiment === experiment && run.state === "finished"),
    [all, id, experiment],
  );
  const mine = all?.find((run) => run.id === id);
  return {
    runs,
    // While another run is loading, the previous answer does not count.
    other: chosen !== null && asked.data?.id === chosen ? asked.data : null,
    problem: chosen !== null && asked.isError ? asked.error.message : null,
    /** Run that this queued run waits for; null: none. */
    waitsFor: mine?.waitsFor ?? null,
    /**
     * Version of the stored experiment; undefined: unknown yet. A run too old for the list is repeated from the run's
     * file.
     */
    version: mine !== undefined ? mine.version : all === undefined && !listed.isError ? undefined : null,
  };
};

const Known = ({ id, query, view, latest, isLive, nowMs }: Shown) => {
  const { history, count, cameMs } = view;
  const over = latest.run.at === "finished";
  const compared = query.get("compare");
  const chosen = compared === null ? null : asRunId(compared);
  // The clock goes on between records only while there is a connection and a run to say so.
  const going = isLive && !over && latest.run.at !== "queued";
  const newestMs = latest.run.atMs + (going ? Math.max(0, nowMs - cameMs) : 0);
  const player = usePlayhead(id, query, newestMs);
  const { atMs } = player;
  const shown = atMs === null ? count : Math.max(1, history.countAt(atMs));
  const folded = useMemo(() => history.after(shown), [history, shown]) ?? latest;
  const report = useMemo(() => reportNow(folded), [folded]);
  const shownMs = atMs ?? newestMs;

  const { plan } = latest.created;
  const second = Math.ceil(newestMs / 1_000) * 1_000;
  const newest = latest.run;
  const wholeEndMs = useMemo(() => {
    const bands = bandsOf(plan, { spans: newest.spans, state: newest.at }, second);
    const lastMs = Math.max(...bands.map(({ toMs }) => toMs), newest.at === "finished" ? newest.sinceMs : second);
    return Math.ceil(lastMs / STEP_MS) * STEP_MS;
  }, [plan, newest, second]);
  const shownSecond = atMs === null ? second : Math.ceil(atMs / STEP_MS) * STEP_MS;
  const bands = useMemo(() => {
    const all = bandsOf(plan, { spans: folded.run.spans, state: folded.run.at }, shownSecond);
    return all
      .filter(({ fromMs }) => fromMs < wholeEndMs)
      .map((band) => ({ ...band, toMs: Math.min(band.toMs, wholeEndMs) }));
  }, [plan, folded, shownSecond, wholeEndMs]);

  // The moments grow in place: a new count means a new state.
  const happened = history.moments.filter(({ sequence }) => sequence <= shown).length;
  const moments = useMemo(() => history.moments.slice(0, happened), [history, happened]);
  const final = useMemo(() => (shown === count ? report : reportNow(latest)), [shown, count, report, latest]);
  const { runs, other, problem, version, waitsFor } = useOthers(id, plan.experiment, chosen, newest.at === "queued");
  const at = addressOf(atMs);
  const choose = useCallback(
    (compare: string | null) => replace(runHref(id, { at, compare: compare ?? undefined })),
    [id, at],
  );
  return (
    <div className={over ? "known" : "known live-data"} data-stale={isLive ? undefined : true}>
      {atMs !== null && (
        <div className="banner warn" role="status">
          <p>
            This is the run as it stood at {momentOf(atMs)}
            {over ? "; it is over." : isLive ? "; it goes on." : "."}
          </p>
          <button type="button" onClick={player.newest}>
            {over ? "Show its end" : isLive ? "Show it live" : "Show the newest"}
          </button>
        </div>
      )}
      <div className="overview">
        <Head report={report} plan={plan} atMs={shownMs} clock={phaseClockOf(bands, shownMs)}>
          {!over && waitsFor !== null && (
            <span>
              <Waiting waitsFor={waitsFor} />
            </span>
          )}
          {over && <RunAgain created={latest.created} version={version} />}
        </Head>
        <Latency expectations={report.expectations} />
      </div>
      <Timeline
        {...{ report, bands, shownMs, newestMs, player, isLive, over, other, happened }}
        run={folded.run}
        wallMs={history.wallAt(shownMs)}
        endMs={wholeEndMs}
        moments={history.moments}
        onPick={player.seek}
      />
      <Events moments={moments} onPick={player.seek} />
      <Receipts {...report} />
      <MeasuredRadius report={report} onPick={player.seek} />
      <BadSamples report={report} onPick={player.seek} />
      <Audit {...report} />
      <About report={report} />
      <Compare mine={final} {...{ other, chosen, runs, problem }} onChoose={choose} />
      <Journal records={history.records} count={shown} agents={folded.run.agents} />
      <File created={latest.created} />
    </div>
  );
};

export const RunPage = ({ id, query }: { readonly id: RunId; readonly query: URLSearchParams }) => {
  const view = useRun(id);
  const { link, heard, history, count } = view;
  const latest = useMemo(() => history.after(count), [history, count]);
  const now = useNow(link.is === "over" || link.is === "refused" ? null : TICK_MS);
  const isServerLost = useLost() !== null;
  // The stream of this run may break while the server is heard.
  const isLost = link.is === "lost" || (link.is === "live" && ageOf(heard, now) > QUIET_MS);
  const isLive = link.is === "over" || !(isLost || isServerLost);
  const run = latest?.run;
  const experiment = latest?.created.plan.experiment;
  const headline =
    run === undefined
      ? null
      : headlineOf(
          run.at === "finished"
            ? { verdict: run.verdict, because: run.because, state: run.at }
            : { verdict: null, because: null, state: run.at },
        );
  useTitle(experiment ?? "Run", isLost ? "Connection lost" : headline);
  return (
    <>
      <p className="crumb">
        <a href={pageHref("runs")}>← All runs</a>
      </p>
      <div className="head">
        <h1>{experiment ?? "Run"}</h1>
        {latest !== null && link.is !== "over" && link.is !== "refused" && (
          <LastKnown heardMs={isLost ? heard.wallMs : null} />
        )}
        {run !== undefined && <Download run={id} />}
        {run !== undefined && run.at !== "finished" && <HaltRun run={id} label="Halt this run" />}
      </div>
      {latest !== null && latest.created.description !== "" && (
        <p className="description">{latest.created.description}</p>
      )}
      {link.is === "refused" && (
        <div className="card empty" role="alert">
          <h2>{latest === null ? "This run cannot be shown" : "What is shown is not the newest"}</h2>
          <p>The server answered: {link.why}.</p>
        </div>
      )}
      {latest === null && link.is !== "refused" && (
        <p className="waiting">
          {isServerLost ? "Nothing of this run is loaded yet; it appears once the server answers." : "Loading…"}
        </p>
      )}
      {latest !== null && <Known {...{ id, query, view, latest, isLive }} nowMs={now.nowMs} />}
    </>
  );
};
