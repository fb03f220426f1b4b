/** Panel of an expectation: objective, sample counts, budget of bad samples, and the course over time. */

import { memo } from "react";
import { PHASES, type Phase } from "../../experiments/model/experiment/phase.ts";
import type { ExpectationReport } from "../../experiments/model/report/report.ts";
import { spellCauses } from "../../experiments/model/sample/errored.ts";
import { sayRoundedDuration } from "../../experiments/model/units/duration.ts";
import { formatShare } from "../../experiments/model/units/share.ts";
import type { Facts } from "../../experiments/model/verdict/facts.ts";
import { objectiveOf, shareOf } from "../ui/words.ts";
import { type Budget, budgetOf } from "./budget.ts";
import { Chart } from "./chart.tsx";
import type { Ghost } from "./comparison.ts";
import type { Band, Scale } from "./scale.ts";

const MET = {
  true: { sign: "✓", word: "held", tone: "good" },
  false: { sign: "✗", word: "broken", tone: "bad" },
  null: { sign: "·", word: "not judged", tone: "dim" },
} as const;

const SAMPLES = { planned: "planned", growing: "so far", all: "samples" } as const;
/** Budget of bad samples, and the used part. */
const Allowed = ({ budget }: { readonly budget: Budget | null }) => {
  if (budget === null) return <>–</>;
  const { bad, allowed, of, samples } = budget;
  const over = bad > allowed;
  return (
    <span className={over ? "budget over" : "budget"}>
      <span>
        {over ? "✗ " : ""}
        {bad} of {allowed}
      </span>
      <progress
        value={allowed === 0 ? Math.min(bad, 1) : Math.min(bad, allowed)}
        max={Math.max(1, allowed)}
        aria-hidden="true"
      />
      <span className="small">
        in {of} {SAMPLES[samples]}
      </span>
    </span>
  );
};

interface CountsProps {
  readonly expectation: ExpectationReport;
  readonly budgets: Readonly<Partial<Record<Phase, Budget | null>>>;
  /** Required steady time of the recovery, ms. */
  readonly holdMs: number;
}
const Counts = ({ expectation: { name, phases, objective }, budgets, holdMs }: CountsProps) => (
  <table className="counts">
    <caption className="visually-hidden">Samples of {name} in each phase</caption>
    <thead>
      <tr>
        <th scope="col">Phase</th>
        <th scope="col">Good</th>
        <th scope="col">Bad</th>
        <th scope="col">Share</th>
        <th scope="col">Objective</th>
        <th scope="col">Bad of allowed</th>
      </tr>
    </thead>
    <tbody>
      {PHASES.map((phase) => {
        const count = phases[phase];
        const seen = count === undefined ? 0 : count.good + count.bad;
        const wanted = objective[phase];
        const short = count !== undefined && wanted !== undefined && seen > 0 && count.good / seen < wanted;
        return (
          <tr key={phase}>
            <th scope="row">{phase}</th>
            <td>{count?.good ?? "–"}</td>
            <td className={short ? "bad" : ""}>
              {count?.bad ?? "–"}
              {count !== undefined && count.errored > 0 && <span className="small"> +{count.errored} errored</span>}
              {count?.left !== undefined && <span className="small"> +{count.left} left</span>}
            </td>
            <td className={short ? "bad" : ""}>{count === undefined ? "–" : shareOf(count.good, seen)}</td>
            <td>{wanted === undefined ? "–" : `≥ ${formatShare(wanted)}`}</td>
            <td>
              {phase === "recovery" && wanted !== undefined ? (
                <span className="small">steady for {sayRoundedDuration(holdMs)}</span>
              ) : (
                <Allowed budget={budgets[phase] ?? null} />
              )}
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);

export interface ExpectationProps {
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly expectation: ExpectationReport;
  readonly run: Facts;
  readonly finished: boolean;
  readonly ghost: readonly Ghost[];
  /** Run time that was chosen; null: the newest. */
  readonly atMs: number | null;
  readonly onPick: (atMs: number) => void;
}
export const Expectation = memo((props: ExpectationProps) => {
  const { scale, bands, expectation, run, finished, ghost, atMs, onPick } = props;
  const { name, probe, met, reason, errored } = expectation;
  const { sign, word, tone } = MET[`${met}`];
  const planned = run.plan.expectations.find((one) => one.name === name);
  const budgets =
    planned === undefined
      ? {}
      : Object.fromEntries(PHASES.map((phase) => [phase, budgetOf(run, planned, phase)] as const));
  return (
    <article className="expectation">
      <header>
        <h3>{name}</h3>
        <span className={`met ${tone}`}>
          <span aria-hidden="true">{sign}</span> {met === null && !finished ? "undecided" : word}
        </span>
        <p className="small">
          {probe}; {objectiveOf(expectation)}
        </p>
      </header>
      <div className="measured">
        <div>{scale.width > 0 && <Chart {...{ scale, bands, expectation, ghost, atMs, onPick }} />}</div>
        <Counts {...{ expectation, budgets }} holdMs={run.plan.phases.recovery.holdMs} />
      </div>
      {reason !== "" && <p className="small">{reason}</p>}
      {errored !== undefined && (
        <p className="small">
          Samples that errored: {spellCauses(errored.by)}.{errored.first !== null && ` The first: ${errored.first}`}
        </p>
      )}
    </article>
  );
});
