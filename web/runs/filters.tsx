/** Filters of the run list. All filters stand in the address, so that a filtered list can be sent as a link. */
import { type FormEvent, useId, useState } from "react";
import { pageHref, replace } from "../route.ts";
import { Sign, toneOf } from "../ui/badge.tsx";
import { RangeFields } from "../ui/range-fields.tsx";
import {
  EVERYTHING,
  isLabel,
  isNarrow,
  OUTCOMES,
  queryOf,
  type RunOutcome,
  type RunsFilter,
  UNDER_WAY,
} from "./filter.ts";

interface FiltersProps {
  readonly narrowing: RunsFilter;
  /** Names to choose from; others can be typed. */
  readonly experiments: readonly string[];
}
const show = (narrowing: RunsFilter): void => replace(pageHref("runs", queryOf(narrowing)));

const Outcomes = ({ narrowing }: Pick<FiltersProps, "narrowing">) => {
  const toggle = (outcome: RunOutcome) => {
    const had = narrowing.outcomes.includes(outcome);
    const outcomes = OUTCOMES.filter((one) => (one === outcome ? !had : narrowing.outcomes.includes(one)));
    show({ ...narrowing, outcomes });
  };
  return (
    <fieldset className="outcomes">
      <legend className="visually-hidden">Verdict</legend>
      {OUTCOMES.map((outcome) => {
        const headline = outcome === UNDER_WAY ? "RUNNING" : outcome;
        return (
          <label key={outcome} className={toneOf(headline)}>
            <input type="checkbox" checked={narrowing.outcomes.includes(outcome)} onChange={() => toggle(outcome)} />
            <Sign headline={headline} />
            {outcome}
          </label>
        );
      })}
    </fieldset>
  );
};

/** Text filters, applied when the field loses focus or on Enter: half a name matches no experiment. */
const Words = ({ narrowing, experiments }: FiltersProps) => {
  const [experiment, setExperiment] = useState(narrowing.experiment);
  const [label, setLabel] = useState(narrowing.label);
  const id = useId();
  const problem = label.trim() === "" || isLabel(label.trim()) ? null : "Write a label as key=value.";
  const apply = () => {
    const next = { ...narrowing, experiment: experiment.trim(), label: problem === null ? label.trim() : "" };
    if (next.experiment !== narrowing.experiment || next.label !== narrowing.label) show(next);
  };
  return (
    <>
      <label>
        Experiment
        <input
          list={`${id}-experiments`}
          value={experiment}
          placeholder="any"
          onChange={(event) => setExperiment(event.target.value)}
          onBlur={apply}
        />
        <datalist id={`${id}-experiments`}>
          {experiments.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <label>
        Label
        <input
          value={label}
          placeholder="key=value"
          aria-invalid={problem !== null}
          aria-describedby={`${id}-problem`}
          onChange={(event) => setLabel(event.target.value)}
          onBlur={apply}
        />
      </label>
      <button type="submit" className="visually-hidden" tabIndex={-1} onClick={apply}>
        Narrow
      </button>
      <p id={`${id}-problem`} className="problem" role="alert">
        {problem}
      </p>
    </>
  );
};

export const Filters = ({ narrowing, experiments }: FiltersProps) => (
  <search className="filters">
    <Outcomes narrowing={narrowing} />
    <form className="bar" onSubmit={(event: FormEvent) => event.preventDefault()}>
      <Words key={`${narrowing.experiment}\n${narrowing.label}`} {...{ narrowing, experiments }} />
      <RangeFields label="Started" range={narrowing.when} onChange={(when) => show({ ...narrowing, when })} />
      {narrowing.schedule !== "" && (
        <button type="button" onClick={() => show({ ...narrowing, schedule: "" })}>
          Schedule {narrowing.schedule} <span aria-hidden="true">✕</span>
          <span className="visually-hidden">: show those of others too</span>
        </button>
      )}
      {isNarrow(narrowing) && (
        <button type="button" className="quiet" onClick={() => show(EVERYTHING)}>
          Show all runs
        </button>
      )}
    </form>
  </search>
);
