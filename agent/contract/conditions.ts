/**
 * Conditions between several keys of a message, which JSON Schema has no words for. `schemas/` names a condition for
 * zod, and the generated checks call the same function. Free of zod, because the agent loads this file.
 */
import type { FaultParams } from "../../experiments/model/faults/index.ts";
import { LIMITS } from "./limits.ts";

export interface Condition<T> {
  holds(value: T): boolean;
  /** Sentence part for the problem: "expected percentiles that rise". */
  readonly problem: string;
}
type MeasuredLatency = Extract<FaultParams<"latency">, { percentiles: unknown }>;
type Labels = Readonly<Record<string, string>>;
interface CodedReports {
  readonly reports: readonly { readonly coded: string }[];
}

/** Each condition is only tried on a value that fits in every other way. */
export const conditions = {
  risingPercentiles: {
    holds: ({ percentiles }: MeasuredLatency) => percentiles.every((p, i) => i === 0 || p.ms >= percentiles[i - 1]!.ms),
    problem: "expected percentiles that rise",
  },
  directedHolding: {
    holds: ({ how, direction }: FaultParams<"partition">) =>
      direction === "both" || how === "blackhole" || how === "stall",
    problem: "a direction goes with blackhole or stall",
  },
  singleTrigger: {
    holds: ({ afterBytes, every }: FaultParams<"reset">) => afterBytes === undefined || every === undefined,
    problem: "expected either afterBytes or every",
  },
  variationBelowSize: {
    holds: ({ size, variation }: FaultParams<"slice">) => variation < size,
    problem: "expected a variation less than size",
  },
  namedSide: {
    holds: ({ request, response }: FaultParams<"rewrite">) => request !== undefined || response !== undefined,
    problem: "expected a change of request or response",
  },
  restartInTime: {
    holds: ({ restart, within }: FaultParams<"kill">) => restart < within,
    problem: "expected a restart before `within` is over",
  },
  fewLabels: {
    holds: (labels: Labels) => Object.keys(labels).length <= LIMITS.labels,
    problem: `expected ${LIMITS.labels} labels at most`,
  },
  fewEndpoints: {
    holds: (counts: Readonly<Record<string, number>>) => Object.keys(counts).length <= LIMITS.receiptEndpoints,
    problem: `expected ${LIMITS.receiptEndpoints} endpoints at most`,
  },
  fewMarks: {
    holds: ({ reports }: CodedReports) =>
      reports.reduce((sum, { coded }) => sum + coded.length, 0) <= LIMITS.marksLength,
    problem: `expected ${LIMITS.marksLength} characters of marks at most`,
  },
} as const satisfies Readonly<Record<string, Condition<never>>>;
export type ConditionName = keyof typeof conditions;
