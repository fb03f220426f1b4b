/** Trace context of each sample of a source: the mark of the sample's number, and random bits for the rest. */
import { randomBytes } from "node:crypto";
import { keyOf, markOf } from "../../experiments/model/probes/mark.ts";
import { contextOf, type TraceContext } from "../../experiments/model/probes/trace-context.ts";
import type { SampleMark } from "./probe.ts";

export interface TraceOptions {
  readonly sampled?: boolean;
  /** Trace headers given in the file, by names in lower case. */
  readonly given?: Readonly<Record<string, string>>;
}
/** Returns null for a sample without a number, and always without a mark. */
export const tracer = (mark: SampleMark | null | undefined, options: TraceOptions) => {
  const key = mark == null ? null : keyOf(mark.key);
  return (number: number | undefined): TraceContext | null => {
    if (mark == null || key === null || number === undefined) return null;
    const chance = randomBytes(16).toString("hex");
    const { tag, expectation } = mark;
    const text = markOf(key, { tag, expectation, number });
    return contextOf(text, { high: chance.slice(0, 16), span: chance.slice(16) }, options);
  };
};
