import { memo, useId } from "react";
import { sayCounts } from "../../experiments/model/report/radius-words.ts";
import type { RunSummary } from "../../server/contract/index.ts";
import { HaltRun } from "../halt/halt-run.tsx";
import { pageHref, runHref } from "../route.ts";
import { Badge } from "../ui/badge.tsx";
import { Clock, Time } from "../ui/time.tsx";
import { agoOf, headlineOf, lengthOf, stateOf } from "../ui/words.ts";
import { isUnderWay } from "./filter.ts";

/** User or schedule that started the run. */
const Origin = ({ schedule, startedBy }: Pick<RunSummary, "schedule" | "startedBy">) => {
  if (schedule !== null)
    return (
      <span>
        by the schedule <a href={pageHref("runs", { schedule })}>{schedule}</a>
      </span>
    );
  return startedBy === null ? null : <span>by {startedBy}</span>;
};
const Labels = ({ labels }: Pick<RunSummary, "labels">) =>
  Object.entries(labels).map(([key, value]) => (
    <a key={key} className="chip" href={pageHref("runs", { label: `${key}=${value}` })}>
      {key}={value}
    </a>
  ));

/** Run that a queued run waits for, and the latest end of the wait. */
export const Waiting = ({ waitsFor }: { readonly waitsFor: NonNullable<RunSummary["waitsFor"]> }) => (
  <>
    queued: waits for <a href={runHref(waitsFor.run)}>{waitsFor.experiment}</a>
    {waitsFor.until === null ? (
      ", which is queued, too"
    ) : (
      <>
        , which is over by <Clock wallMs={Date.parse(waitsFor.until)} /> at the latest
      </>
    )}
  </>
);

/** `ago`: time since the start, in words. */
const Row = ({ run, ago }: { readonly run: RunSummary; readonly ago: string }) => {
  const id = useId();
  const underWay = isUnderWay(run);
  return (
    <li className="row" data-under-way={underWay || undefined}>
      <span id={`${id}-verdict`} className="sign">
        <Badge headline={headlineOf(run)} />
      </span>
      <div className="what">
        <a id={id} className="whole" href={runHref(run.id)} aria-labelledby={`${id}-verdict ${id}`}>
          {run.experiment}
        </a>
        <p className="reason">
          {run.waitsFor !== undefined ? (
            <Waiting waitsFor={run.waitsFor} />
          ) : underWay ? (
            `${run.state}: ${stateOf(run.state)}`
          ) : (
            run.reason.split("\n", 1)[0]
          )}
        </p>
        <p className="marks small">
          {run.radius !== null && (
            <span className={run.radius.leaks.length > 0 ? "leak" : undefined}>
              {run.radius.leaks.length > 0 && <span aria-hidden="true">△ </span>}
              {sayCounts(run.radius)}
            </span>
          )}
          <Origin {...run} />
          <Labels {...run} />
        </p>
      </div>
      <div className="when">
        <Time iso={run.startedAt}>{ago}</Time>
        <span className="small">
          <Time iso={run.startedAt} />
        </span>
      </div>
      {underWay ? (
        <HaltRun run={run.id} label={`Halt ${run.experiment}`} short="Halt" />
      ) : (
        <span className="took">{lengthOf(run.durationMs)}</span>
      )}
    </li>
  );
};
const Kept = memo(Row);
export const RunRow = ({ run, wallMs }: { readonly run: RunSummary; readonly wallMs: number }) => (
  <Kept run={run} ago={agoOf(wallMs - Date.parse(run.startedAt))} />
);
