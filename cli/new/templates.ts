/** Templates of a first experiment: the four ways in which a dependency fails a caller. */

import type { Protocol } from "../../experiments/model/mesh/mesh.ts";
import { formatDuration } from "../../experiments/model/units/duration.ts";

export const TEMPLATES = ["slow", "failing", "cut", "flaky"] as const;
export type TemplateName = (typeof TEMPLATES)[number];

export interface Template {
  /** In a list to choose from. */
  readonly summary: string;
  /** Between "survives" and the callee in the experiment's name. */
  readonly word: string;
  /** Fault's name and description, of the callee. */
  title(callee: string): string;
  /** Lines below the fault's name, without indentation. `withinMs`: the time limit of answers to callers. */
  lines(protocol: Protocol, withinMs: number): readonly string[];
}

/** A delay above the time limit of answers: a caller that waits misses the objective. */
const delayOf = (withinMs: number): string => formatDuration(Math.max(2_000, 2 * withinMs));

export const TEMPLATE: Readonly<Record<TemplateName, Template>> = {
  slow: {
    summary: "the dependency answers late",
    word: "slow",
    title: (callee) => `${callee} is slow`,
    lines: (_, withinMs) => [`latency: { delay: ${delayOf(withinMs)} }`],
  },
  failing: {
    summary: "the dependency answers with errors",
    word: "failing",
    title: (callee) => `${callee} fails`,
    lines: (protocol) => [protocol === "http" ? "abort: { status: 503 }" : "reset: {}"],
  },
  cut: {
    summary: "the dependency cannot be reached: nothing answers, nothing fails",
    word: "lost",
    title: (callee) => `${callee} cannot be reached`,
    lines: () => ["partition: { how: blackhole }"],
  },
  flaky: {
    summary: "three in ten calls of the dependency fail",
    word: "flaky",
    title: (callee) => `${callee} is flaky`,
    lines: (protocol) => ["share: 30%", protocol === "http" ? "abort: { status: 503 }" : "reset: {}"],
  },
};
