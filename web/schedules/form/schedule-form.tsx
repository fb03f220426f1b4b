/** Form for a Schedule document: a new schedule, or the known fields of a stored schedule. */

import { type FormEvent, type ReactNode, useId, useMemo, useState } from "react";
import type { DocumentName } from "../../../experiments/model/names.ts";
import { documentName, nameInMetadata, splitDocumentName } from "../../../experiments/model/notation/document-name.ts";
import type { RunMode } from "../../../experiments/model/plan/plan.ts";
import type { FullDocument } from "../../../server/contract/index.ts";
import { MODES } from "../../experiments/start/start-options.ts";
import { go, pageHref } from "../../route.ts";
import { SaveDialog } from "../../save/save-dialog.tsx";
import { type Content, useSaving } from "../../save/use-saving.ts";
import { useRefusal } from "../../session.tsx";
import { Refusable } from "../../ui/refusable.tsx";
import { useUnloadGuard } from "../../ui/use-unload-guard.ts";
import { checkedOf, documentOf, type Fields, fieldsOf, UNWRITTEN } from "./fields.ts";
import { Reactions } from "./reactions.tsx";
import { Upcoming } from "./upcoming.tsx";

interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
  readonly children: (id: string, described: string) => ReactNode;
}
const Field = ({ label, hint, problem, children }: FieldProps) => {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id, `${id}-hint`)}
      <p id={`${id}-hint`} className={problem === undefined ? "small" : "problem"}>
        {problem ?? hint}
      </p>
    </div>
  );
};
const ZONES = ["UTC", ...Intl.supportedValuesOf("timeZone")];
const here = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
const began = (experiment: string): Fields => ({
  ...UNWRITTEN,
  ...{ experiment, name: experiment === "" ? "" : againOf(experiment), timeZone: here() },
});
/** Name of a schedule in the experiment's namespace. */
const againOf = (experiment: DocumentName): DocumentName => {
  const { name, namespace } = splitDocumentName(experiment);
  return documentName(`${name}-again`.slice(0, 63), namespace);
};

export interface ScheduleFormProps {
  /** The edited document; null: a new schedule. */
  readonly stored: FullDocument | null;
  /** Experiment to start; empty: to be chosen. */
  readonly experiment: string;
  /** Names of those that are stored. */
  readonly experiments: readonly string[];
}
export const ScheduleForm = ({ stored, experiment, experiments }: ScheduleFormProps) => {
  const before = stored === null ? null : (stored.content as Content);
  const [begun] = useState(() => (before === null ? began(experiment) : fieldsOf(before)));
  const [fields, setFields] = useState(begun);
  const [isTried, setTried] = useState(false);
  const refusal = useRefusal("operator");
  const lists = useId();
  const content = useMemo(() => documentOf(fields, before), [fields, before]);
  const { schedule, problems } = useMemo(() => checkedOf(content), [content]);
  const saving = useSaving("Schedule", () => go(pageHref("schedules")));
  useUnloadGuard(JSON.stringify(fields) !== JSON.stringify(begun));
  const change = (change: Partial<Fields>) => setFields({ ...fields, ...change });
  /** An empty field is no issue before the first attempt to save. */
  const told = (key: keyof Fields) => (isTried || String(fields[key]) !== "" ? problems[key] : undefined);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (schedule !== null && refusal === null)
      saving
        .rehearse(content, stored !== null && stored.name === nameInMetadata(content.metadata) ? stored.digest : null)
        .catch(reportError);
  };
  const text =
    (key: "name" | "experiment" | "cron" | "timeZone" | "jitter" | "seed", list?: string) =>
    (id: string, described: string) => (
      <input
        id={id}
        aria-describedby={described}
        aria-invalid={told(key) !== undefined}
        autoComplete="off"
        spellCheck={false}
        list={list}
        value={fields[key]}
        onChange={(event) => change({ [key]: event.target.value })}
      />
    );
  return (
    <>
      <form
        className="card schedule-form"
        aria-label={stored === null ? "New schedule" : `Schedule ${stored.name}`}
        onSubmit={submit}
      >
        <h2>{stored === null ? "New schedule" : `Edit ${stored.name}`}</h2>
        {refusal !== null && <p className="problem">{refusal}</p>}
        <div className="fields">
          <Field
            label="Experiment"
            hint="Its newest version, at each start. Without a namespace it is one of the schedule's own."
            problem={told("experiment")}
          >
            {text("experiment", `${lists}-experiments`)}
          </Field>
          <Field
            label="Name of the schedule"
            hint="a-z, 0-9 and hyphens; namespace/name outside the namespace default."
            problem={told("name")}
          >
            {text("name")}
          </Field>
          <Field
            label="Cron"
            hint="Minute, hour, day of month, month, day of week: 15 10 * * 1-4 is Monday to Thursday at 10:15."
            problem={told("cron")}
          >
            {text("cron")}
          </Field>
          <Field label="Time zone" hint="The cron pattern is read in this local time." problem={told("timeZone")}>
            {text("timeZone", `${lists}-zones`)}
          </Field>
          <Field
            label="Jitter"
            hint="Each start is delayed by a random time of at most this long, such as 20m."
            problem={told("jitter")}
          >
            {text("jitter")}
          </Field>
          <Field
            label="Seed"
            hint="experiment: the seed of the file; fresh: a new one each time; or a number."
            problem={told("seed")}
          >
            {text("seed", `${lists}-seeds`)}
          </Field>
          <Field label="Mode" problem={told("mode")}>
            {(id) => (
              <select id={id} value={fields.mode} onChange={(event) => change({ mode: event.target.value as RunMode })}>
                {MODES.map(({ mode, word }) => (
                  <option key={mode} value={mode}>
                    {word}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="If the previous run is not over" problem={told("concurrency")}>
            {(id) => (
              <select
                id={id}
                value={fields.concurrency}
                onChange={(event) => change({ concurrency: event.target.value as Fields["concurrency"] })}
              >
                <option value="forbid">skip the instant</option>
                <option value="queue">wait for it</option>
              </select>
            )}
          </Field>
        </div>
        <div className="fields">
          <Reactions after={fields.after} problems={problems} onChange={(after) => change({ after })} />
          <Upcoming schedule={schedule} />
        </div>
        {stored !== null && (
          <p className="small">
            Windows, freezes and selections of the document stay as they are; change them in its file.
          </p>
        )}
        {problems[""] !== undefined && <p className="problem">{problems[""]}</p>}
        {isTried && schedule === null && (
          <p className="problem" role="alert">
            Fix the marked fields first.
          </p>
        )}
        <datalist id={`${lists}-experiments`}>
          {experiments.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <datalist id={`${lists}-zones`}>
          {ZONES.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <datalist id={`${lists}-seeds`}>
          <option value="experiment" />
          <option value="fresh" />
        </datalist>
        <div className="choices">
          <a className="button" href={pageHref("schedules")}>
            Cancel
          </a>
          <Refusable refusal={refusal}>
            {(describedBy) => (
              <button type="submit" className="main" disabled={refusal !== null} aria-describedby={describedBy}>
                Save…
              </button>
            )}
          </Refusable>
        </div>
      </form>
      <SaveDialog of={saving} name={stored?.name ?? null} />
    </>
  );
};
