/** Mark of a run: key and tag, drawn at the start, sent to the agents of faulted edges, never logged. */
import { randomBytes, randomInt } from "node:crypto";
import type { MarkedFault } from "../../../agent/contract/index.ts";
import { faultId } from "../../../experiments/model/names.ts";
import type { Plan, PlannedExpectation } from "../../../experiments/model/plan/plan.ts";
import { MOST_TAGS, UNMARKED } from "../../../experiments/model/probes/mark.ts";
import type { RunMark } from "../../fleet/desired-state.ts";
import type { SampleMark } from "../../probes/probe.ts";

const isMarked = ({ probe }: PlannedExpectation): boolean =>
  probe.kind === "process" || (probe.kind === "http" && probe.params.trace !== "none");
/** Samples whose exchanges are searched for on the faulted edges: by mark, or without a mark by send time. */
export const isSought = (mark: RunMark | null, { probe }: PlannedExpectation, index: number): boolean =>
  mark !== null && (probe.kind === "process" || probe.kind === "http") && index < UNMARKED;

/** Draws the mark of a run; null: agents cannot recognize any request of this run. */
export const drawMark = ({ run, faults, expectations }: Plan): RunMark | null => {
  const isSought = expectations.some(({ probe }) => probe.kind === "process" || probe.kind === "http");
  const marked: MarkedFault[] = faults.flatMap(({ name, match, targets }) =>
    targets
      .filter(({ protocol }) => protocol === "http")
      .map(({ edge, endpoints }) => ({ id: faultId(run, name, edge), edge, match, endpoints })),
  );
  if (marked.length === 0 || !isSought) return null;
  return { key: randomBytes(16).toString("hex"), tag: randomInt(MOST_TAGS), faults: marked };
};

/** Mark of an expectation's samples; null: unmarked. `index`: the expectation's place in the plan. */
export const sampleMarkOf = (
  mark: RunMark | null,
  expectation: PlannedExpectation,
  index: number,
): SampleMark | null =>
  mark === null || !isMarked(expectation) || index >= UNMARKED
    ? null
    : { key: mark.key, tag: mark.tag, expectation: index };
