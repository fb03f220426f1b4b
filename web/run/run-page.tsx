import { useMemo } from "react";
import type { RunReport } from "../../experiments/model/report.ts";
import type { Client } from "../api/client.ts";
import { useNow } from "../clock.ts";
import { Badge } from "../look/badge.tsx";
import { Freshness, isStale } from "../look/freshness.tsx";
import { Halt } from "../look/halt.tsx";
import { Time } from "../look/time.tsx";
import { useTitle } from "../look/use-title.ts";
import { headlineOf, lengthOf, momentOf, recoveredOf, stateOf } from "../look/words.ts";
import { RUNS_HREF } from "../route.ts";
import { Expectation } from "./expectation.tsx";
import { PhaseBar } from "./phase-bar.tsx";
import { Audit, Receipts } from "./proof.tsx";
import { bandsOf, scaleOf } from "./scale.ts";
import { type RunView, useRun } from "./use-run.ts";
import { useWidth } from "./use-width.ts";

const TICK_MS = 200;

const Facts = ({ report }: { readonly report: RunReport }) => {
  const recovered = recoveredOf(report);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Run", <code key="id">{report.id}</code>],
    ["Started", <Time key="time" iso={report.startedAt} />],
    ...(report.state === "finished" ? [["Took", lengthOf(report.durationMs)] as const] : []),
    ...(recovered === null ? [] : [["Recovered", recovered] as const]),
    ...(report.mode === "full" ? [] : [["Mode", report.mode] as const]),
    ["Seed", report.seed],
    ...(report.file === null ? [] : [["File", report.file] as const]),
  ];
  return (
    <dl className="facts">
      {facts.map(([word, value]) => (
        <div key={word}>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};

const Head = ({ report, atMs }: { readonly report: RunReport; readonly atMs: number }) => {
  const finished = report.state === "finished";
  return (
    <section className="card verdict">
      <div className="line">
        <Badge headline={headlineOf(report)} large />
        {!finished && (
          <span className="clock">
            <strong>{report.state}</strong> {momentOf(atMs)}
          </span>
        )}
      </div>
      <p className="reason">{report.reason !== "" || finished ? report.reason : `${stateOf(report.state)}`}</p>
      <Facts report={report} />
    </section>
  );
};

const Known = ({ known, isLive, nowMs }: { known: NonNullable<RunView["known"]>; isLive: boolean; nowMs: number }) => {
  const { report, plan } = known;
  const [measured, width] = useWidth();
  // The clock goes on between records only while there is a connection and a run to say so.
  const moving = isLive && report.state !== "finished" && report.state !== "queued";
  const atMs = known.atMs + (moving ? Math.max(0, nowMs - known.cameMs) : 0);
  const second = Math.ceil(atMs / 1_000) * 1_000;
  const bands = useMemo(() => bandsOf(plan, report, second), [plan, report, second]);
  const endMs = Math.max(...bands.map(({ toMs }) => toMs), report.state === "finished" ? report.durationMs : second);
  const scale = useMemo(() => scaleOf(width, endMs), [width, endMs]);
  return (
    <div className={isLive || report.state === "finished" ? "known" : "known stale"}>
      <Head report={report} atMs={atMs} />
      <section className="card timeline">
        <h2>Expectations</h2>
        <div className="measured">
          <div ref={measured}>
            {width > 0 && (
              <PhaseBar {...{ scale, bands }} faults={report.faults} atMs={report.state === "finished" ? null : atMs} />
            )}
          </div>
        </div>
        {report.expectations.map((expectation) => (
          <Expectation
            key={expectation.name}
            {...{ scale, bands, expectation }}
            finished={report.state === "finished"}
            duringMs={report.spans.during?.fromMs ?? 0}
          />
        ))}
      </section>
      <Receipts {...report} />
      <Audit {...report} />
    </div>
  );
};

export const RunPage = ({ client, id }: { readonly client: Client; readonly id: string }) => {
  const { link, heardMs, known } = useRun(client, id);
  const { nowMs } = useNow(link.is === "over" || link.is === "refused" ? null : TICK_MS);
  const ageMs = Math.max(0, nowMs - heardMs);
  const report = known?.report;
  useTitle(report === undefined ? "Run" : `${headlineOf(report)}: ${report.experiment}`);
  return (
    <>
      <p className="crumb">
        <a href={RUNS_HREF}>← All runs</a>
      </p>
      <div className="head">
        <h1>{report?.experiment ?? "Run"}</h1>
        <Freshness link={link} ageMs={ageMs} />
        {report !== undefined && report.state !== "finished" && (
          <Halt
            label="Halt this run"
            meaning="Its faults are taken away at once, every agent has to prove it, and the run ends HALTED."
            onHalt={(reason) => client.call("POST /api/v1/runs/:id/halt", { params: { id }, body: { reason } })}
          />
        )}
      </div>
      {report !== undefined && report.description !== "" && <p className="description">{report.description}</p>}
      {link.is === "refused" && (
        <p className="problem card" role="alert">
          {link.why}
        </p>
      )}
      {known !== null && <Known known={known} isLive={link.is === "over" || !isStale(link, ageMs)} nowMs={nowMs} />}
    </>
  );
};
