/** Card of a schedule: experiment, starts, outcomes and actions. */

import type { ScheduleView } from "../../server/contract/index.ts";
import { useWrite } from "../api/queries.ts";
import { experimentHref, go, pageHref, runHref } from "../route.ts";
import { useRefusal } from "../session.tsx";
import { Confirm } from "../ui/confirm.tsx";
import { Refusable } from "../ui/refusable.tsx";
import { Unwritten } from "../ui/refused.tsx";
import { Time } from "../ui/time.tsx";
import { Instants, Last } from "./instants.tsx";

const MODES = { full: "", baseline: ", its baseline only", shadow: ", in shadow" } as const;
const LAST = 6;

const Steering = ({ schedule: { name, paused } }: { readonly schedule: ScheduleView }) => {
  const refusal = useRefusal("operator");
  const pause = useWrite("POST /api/v1/schedules/:name/pause");
  const resume = useWrite("POST /api/v1/schedules/:name/resume");
  const trigger = useWrite("POST /api/v1/schedules/:name/trigger");
  const remove = useWrite("DELETE /api/v1/documents/:kind/:name");
  const params = { name };
  return (
    <>
      <div className="actions">
        <Confirm
          label={`Start ${name} now`}
          short="Start"
          look="plain"
          meaning="One run starts at once, beside the instants of the schedule, under the same policies and freezes."
          refusal={refusal}
          reason={null}
          leave="Not now"
          onConfirm={async () => {
            const { id } = await trigger.mutateAsync({ params, body: {} });
            go(runHref(id));
          }}
        />
        {paused === null ? (
          <Confirm
            label={`Pause ${name}`}
            short="Pause"
            look="plain"
            meaning="Nothing of it starts until an operator resumes it; a run that is under way goes on."
            refusal={refusal}
            reason="Reason, for the audit log"
            leave="Let it run"
            onConfirm={(reason) => pause.mutateAsync({ params, body: { reason } })}
          />
        ) : (
          <Refusable refusal={refusal}>
            {(describedBy) => (
              <button
                type="button"
                aria-label={`Resume ${name}`}
                aria-describedby={describedBy}
                disabled={refusal !== null || resume.isPending}
                onClick={() => resume.mutate({ params, body: {} })}
              >
                Resume
              </button>
            )}
          </Refusable>
        )}
        {refusal === null && (
          <a className="button" href={pageHref("schedules", { edit: name })} aria-label={`Edit ${name}`}>
            Edit…
          </a>
        )}
        <Confirm
          label={`Delete ${name}`}
          short="Delete"
          look="plain"
          meaning="It starts nothing any more. Its runs and its versions stay."
          refusal={refusal}
          reason={null}
          leave="Keep it"
          onConfirm={() => remove.mutateAsync({ params: { kind: "Schedule", name } })}
        />
      </div>
      <Unwritten error={resume.error} />
    </>
  );
};
interface ScheduleCardProps {
  readonly schedule: ScheduleView;
  readonly wallMs: number;
}
export const ScheduleCard = ({ schedule, wallMs }: ScheduleCardProps) => {
  const { name, version, experiment, cron, timeZone, mode, paused, next, last, problem } = schedule;
  return (
    <article className="card schedule" aria-label={`Schedule ${name}`}>
      <header>
        <div>
          <h2>{name}</h2>
          <p>
            <code>{cron}</code> in {timeZone} starts <a href={experimentHref(experiment)}>{experiment}</a>
            {MODES[mode]} <span className="small">version {version}</span>
          </p>
        </div>
        <Steering schedule={schedule} />
      </header>
      {paused !== null && (
        <p className="banner warn">
          <span>
            <strong>Paused</strong> {paused.by === null ? "" : `by ${paused.by} `}at <Time iso={paused.since} />:{" "}
            {paused.reason}
          </span>
        </p>
      )}
      {problem !== null && (
        <p className="banner bad">
          <span>
            <strong>It starts nothing:</strong> {problem}
          </span>
        </p>
      )}
      <div className="both live-data">
        <section>
          <h3>Next</h3>
          <Instants next={next} timeZone={timeZone} wallMs={wallMs} />
        </section>
        <section>
          <h3>Last</h3>
          <Last last={last.slice(0, LAST)} wallMs={wallMs} />
          {last.length > LAST && (
            <p className="small">
              <a href={pageHref("runs", { schedule: name })}>All its runs</a>
            </p>
          )}
        </section>
      </div>
    </article>
  );
};
