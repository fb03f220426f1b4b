/**
 * Finds experiments without possible evidence, though each field is well formed: no sample would count, or every answer
 * would be good (PROOF.md 4).
 */

import { type DocumentPath, type Issue, quote } from "../document/issue.ts";
import { fieldOf } from "../document/nodes.ts";
import type { Expectation, Experiment, Fault } from "../experiment/experiment.ts";
import { faultsAccepted } from "../experiment/panel.ts";
import { describeFault } from "../faults/index.ts";
import { countingWindows, lengthOf, type SampleTimes, sampleTimesOf } from "../plan/counting.ts";
import { lifeOf } from "../plan/plan-experiment.ts";
import { paceOfProbe, samplesIn } from "../plan/samples.ts";
import { reachOf } from "../probes/prometheus-reach.ts";
import { nounOf } from "../probes/sample-noun.ts";
import { formatDuration } from "../units/duration.ts";

/** Fewest samples that a verdict needs beyond the first sample that covers the fault alone. */
const FEWEST_LOOKS = 3;
const ofReach = (
  { probe }: Expectation,
  { reachMs }: SampleTimes,
  { duringMs, recovery }: Experiment["phases"],
  path: DocumentPath,
): Issue[] => {
  if (probe.kind === "prometheus" && reachOf(probe.params.query, probe.params.scrape) === null)
    return [
      {
        path: [...path, "prometheus", "query"],
        message:
          "how far this query looks back cannot be told, so no sample can be said to cover the fault alone: write its ranges as plain durations, without `@`",
      },
    ];
  const { everyMs } = paceOfProbe(probe) ?? { everyMs: 0 };
  const needMs = reachMs + FEWEST_LOOKS * everyMs;
  const looks = `a sample covers the ${formatDuration(reachMs)} before it`;
  if (reachMs > 0 && duringMs < needMs)
    return [
      {
        path: [...path, probe.kind],
        at: "key",
        message: `${looks}, so \`during\` must last ${formatDuration(needMs)} at least, and it lasts ${formatDuration(duringMs)}`,
      },
    ];
  if (reachMs <= recovery.withinMs) return [];
  const message = `${looks}, so \`recovery.within\` must last ${formatDuration(reachMs)} at least, and it lasts ${formatDuration(recovery.withinMs)}`;
  return [{ path: [...path, probe.kind], at: "key", message }];
};

/** Issue where no sample counts: each sample needs longer under a fault than any fault lives. */
const ofMargin = (
  { good, probe }: Expectation,
  { marginMs }: SampleTimes,
  { faults }: Experiment,
  path: DocumentPath,
): Issue => {
  const by =
    good.withinMs === undefined
      ? probe.kind === "traffic"
        ? "traffic without `within`"
        : "its `timeout`"
      : "`within`";
  const rests = faults.some(({ pulse }) => pulse !== null && pulse.liveMs <= marginMs);
  const lives = rests ? "no fault stays live for longer at a time (see `pulse`)" : "no fault lives for longer";
  const remedy = good.withinMs === undefined ? "give `good` a `within`" : "let the faults live longer";
  return {
    path: [...path, "good"],
    message: `a sample counts when it has ${formatDuration(marginMs)} under a fault (${by}), and ${lives}: nothing would count; ${remedy}`,
  };
};

const ofSamples = (
  expectation: Expectation,
  lengths: { readonly baseline: number; readonly during: number },
  path: DocumentPath,
): Issue[] => {
  const pace = paceOfProbe(expectation.probe);
  const noun = nounOf(expectation.probe.kind);
  return (["baseline", "during"] as const).flatMap((phase): Issue[] => {
    if (expectation.objective[phase] === undefined) return [];
    const planned = samplesIn({ pace, probe: expectation.probe }, lengths[phase]);
    if (planned === null || planned >= expectation.minSamples) return [];
    const message = `${phase} yields ${planned} ${noun} that count, and a verdict needs ${expectation.minSamples}: sample more often, make ${phase} longer, or write \`minSamples\``;
    return [{ path, message }];
  });
};

/** A fault's own answer must not be good, unless the file says so: the run could not tell a service that copes from none. */
const ofErrors = (expectation: Expectation, faults: readonly Fault[], error: unknown, path: DocumentPath): Issue[] =>
  error === "meant"
    ? []
    : faultsAccepted(expectation, faults).map(({ name, action }) => ({
        path: [...path, "good"],
        message: `${quote(name)} ${describeFault(action)}, and that would be good: narrow \`status\`, or write \`error: meant\``,
      }));

const entryAt = (value: unknown, index: number): unknown =>
  fieldOf(fieldOf(fieldOf(value, "spec"), "hypothesis"), String(index));
/** `value`: the document as written; says whether `minSamples` is the file's own. */
export const evidenceIssues = (experiment: Experiment, value: unknown): Issue[] => {
  const { phases, faults, hypothesis } = experiment;
  const acting = faults.map((fault) => ({ ...lifeOf(fault, phases.duringMs), pulse: fault.pulse }));
  return hypothesis.flatMap((expectation, i): Issue[] => {
    const path = ["spec", "hypothesis", i];
    if (expectation.objective.during === undefined) return [];
    const errors = ofErrors(expectation, faults, fieldOf(fieldOf(entryAt(value, i), "good"), "error"), path);
    if (errors.length > 0) return errors;
    const times = sampleTimesOf(expectation);
    const back = ofReach(expectation, times, phases, path);
    if (back.length > 0) return back;
    const during = lengthOf(countingWindows(acting, phases.settleMs, times));
    if (during === 0) return [ofMargin(expectation, times, experiment, path)];
    const written = fieldOf(entryAt(value, i), "minSamples");
    return written === undefined ? ofSamples(expectation, { baseline: phases.baselineMs, during }, path) : [];
  });
};
