/** Dialog that starts a run and opens the run's page. */
import { useId, useState } from "react";
import type { RunMode } from "../../../experiments/model/plan/plan.ts";
import { useWrite } from "../../api/queries.ts";
import { go, runHref } from "../../route.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { newKey } from "../../ui/key.ts";
import { Unwritten } from "../../ui/refused.tsx";
import type { Source } from "../source.ts";
import { Impact } from "./impact.tsx";
import { MODES, PLAIN, startRequestOf } from "./start-options.ts";
import "./start.css";

export interface Choice {
  /** `The text as it stands in the editor`. */
  readonly word: string;
  readonly source: Source;
}
interface StartDialogProps {
  readonly name: string;
  /** The first is taken unless another is. */
  readonly choices: readonly Choice[];
  readonly onLeave: () => void;
}
export const StartDialog = ({ name, choices, onLeave }: StartDialogProps) => {
  const [wish, setWish] = useState(PLAIN);
  const [chosen, setChosen] = useState(0);
  // A single idempotency key makes a single start, even if the button is clicked twice or the answer is lost.
  const [key, setKey] = useState(newKey);
  const start = useWrite("POST /api/v1/runs");
  const id = useId();
  const asked = startRequestOf(wish);
  const change = (change: Partial<typeof wish>) => {
    setWish({ ...wish, ...change });
    setKey(newKey());
  };
  const submit = async () => {
    const choice = choices[chosen];
    if ("problem" in asked || choice === undefined || start.isPending) return;
    const body = { ...choice.source, ...asked, labels: { ...asked.labels } };
    try {
      const run = await start.mutateAsync({ body, headers: { "idempotency-key": key } });
      onLeave();
      go(runHref(run.id));
    } catch {
      // The mutation keeps the error, and the dialog shows the error.
    }
  };
  return (
    <Dialog
      title={`Start ${name}?`}
      onLeave={onLeave}
      onSubmit={() => {
        submit().catch(reportError);
      }}
    >
      {choices.length > 1 ? (
        <fieldset>
          <legend>What is run</legend>
          {choices.map(({ word }, index) => (
            <label key={word} className="start-choice">
              <input
                type="radio"
                name={`${id}-source`}
                checked={chosen === index}
                onChange={() => {
                  setChosen(index);
                  setKey(newKey());
                }}
              />
              {word}
            </label>
          ))}
        </fieldset>
      ) : (
        <p>{choices[0]?.word}.</p>
      )}
      <Impact source={choices[chosen]?.source} mode={wish.mode} />
      <label htmlFor={`${id}-mode`}>Mode</label>
      <select id={`${id}-mode`} value={wish.mode} onChange={(event) => change({ mode: event.target.value as RunMode })}>
        {MODES.map(({ mode, word }) => (
          <option key={mode} value={mode}>
            {word}
          </option>
        ))}
      </select>
      <label htmlFor={`${id}-seed`}>Seed, empty for the file's own or a new one</label>
      <input
        id={`${id}-seed`}
        inputMode="numeric"
        autoComplete="off"
        value={wish.seed}
        onChange={(event) => change({ seed: event.target.value })}
      />
      <label htmlFor={`${id}-labels`}>Labels of the run, key=value with commas between</label>
      <input
        id={`${id}-labels`}
        autoComplete="off"
        value={wish.labels}
        onChange={(event) => change({ labels: event.target.value })}
      />
      <p className="problem" role="alert">
        {"problem" in asked ? asked.problem : ""}
      </p>
      <Unwritten error={start.error} />
      <div className="choices">
        <button type="button" onClick={onLeave}>
          Not now
        </button>
        <button type="submit" className="main" disabled={"problem" in asked || start.isPending}>
          Start the run
        </button>
      </div>
    </Dialog>
  );
};
