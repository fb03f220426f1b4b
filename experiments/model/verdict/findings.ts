/** Findings about each expectation from the samples of a phase. */

import { seriesOf } from "../evidence/tally.ts";
import type { Phase } from "../experiment/phase.ts";
import type { PlannedExpectation } from "../plan/plan.ts";
import { plannedSamples } from "../plan/samples.ts";
import { duringSeries } from "./counted-samples.ts";
import type { Facts } from "./facts.ts";
import { type Evidence, type Judgement, judge } from "./judge.ts";
import type { Finding, ReasonCode } from "./verdict.ts";

const evidenceOf = (run: Facts, expectation: PlannedExpectation, phase: Phase): Evidence => ({
  series: phase === "during" ? duringSeries(run, expectation) : seriesOf(run.told, expectation.name, phase),
  span: run.spans[phase] ?? { fromMs: 0, toMs: null },
  planned: plannedSamples(run.plan, expectation, phase),
  settled: run.settled.includes(phase),
});
export const judgeIn = (run: Facts, expectation: PlannedExpectation, phase: Phase): Judgement =>
  judge(expectation, phase, evidenceOf(run, expectation, phase));

const ABOUT_SAMPLES: readonly ReasonCode[] = ["expectation", "too-few", "errored", "baseline-not-steady"];

/**
 * Adds a finding for each expectation that the phase has shown to be missed or unknowable; at most a single finding
 * each.
 */
export const judged = <R extends Facts>(run: R, phase: "baseline" | "during"): R => {
  const known = new Set(
    run.findings.filter(({ because }) => ABOUT_SAMPLES.includes(because)).map(({ about }) => about),
  );
  const added = run.plan.expectations
    .filter(({ name }) => !known.has(name))
    .flatMap((expectation) => findingOf(run, expectation, phase) ?? []);
  return added.length === 0 ? run : { ...run, findings: [...run.findings, ...added] };
};

const findingOf = (run: Facts, expectation: PlannedExpectation, phase: "baseline" | "during"): Finding | null => {
  // An `eventually` has no finding before the end of its time: the tallies need no reading at each event.
  if (expectation.eventuallyMs !== null && !run.settled.includes(phase)) return null;
  const { because, reason } = judgeIn(run, expectation, phase);
  if (because === null) return null;
  const { name: about } = expectation;
  const common = { about, sequence: run.sequence };
  if (because !== "expectation")
    return { ...common, verdict: "INCONCLUSIVE", because, reason: `${about}, ${phase}: ${reason}` };
  return phase === "during"
    ? { ...common, verdict: "BROKEN", because, reason: `${about}: ${reason}` }
    : {
        ...common,
        verdict: "INCONCLUSIVE",
        because: "baseline-not-steady",
        reason: `Before any fault, ${about}: ${reason}`,
      };
};
