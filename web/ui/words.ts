/** Wording of the dashboard: verdicts, times, shares. Pure. */

import { PHASES, type Phase } from "../../experiments/model/experiment/phase.ts";
import type { RunId } from "../../experiments/model/names.ts";
import type { ExpectationReport, RunReport } from "../../experiments/model/report/report.ts";
import { formatShare } from "../../experiments/model/units/share.ts";
import type { ReasonCode, Verdict } from "../../experiments/model/verdict/verdict.ts";

/** Headline of a run: the verdict, or the reason for having none. */
export type Headline = Verdict | "RUNNING" | "QUEUED" | "BASELINE" | "SHADOW" | "NO VERDICT";
export interface VerdictSummary {
  readonly verdict: Verdict | null;
  readonly because: ReasonCode | null;
  readonly state: string;
}
export interface TrendRun extends VerdictSummary {
  readonly id: RunId;
  /** ISO 8601. */
  readonly startedAt: string;
}
export const headlineOf = ({ verdict, because, state }: VerdictSummary): Headline => {
  if (verdict !== null) return verdict;
  if (state === "queued") return "QUEUED";
  if (state !== "finished") return "RUNNING";
  return because === "baseline-only" ? "BASELINE" : because === "shadow" ? "SHADOW" : "NO VERDICT";
};

const STATES: Readonly<Record<string, string>> = {
  queued: "waiting for its turn",
  preparing: "getting the agents ready",
  warming: "warming up",
  baseline: "is the steady state there without a fault?",
  injecting: "the faults are in the traffic",
  reverting: "taking the faults away",
  recovering: "does the steady state come back?",
  auditing: "asking every agent to prove that its faults are gone",
};
export const stateOf = (state: string): string => STATES[state] ?? state;

/** `12.3 s`, `2 min 5 s`. */
export const lengthOf = (ms: number): string => {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
/** `+12.3 s`: run time. */
export const momentOf = (ms: number): string => `+${lengthOf(ms)}`;

const UNITS = [
  { ms: 86_400_000, word: "d" },
  { ms: 3_600_000, word: "h" },
  { ms: 60_000, word: "min" },
  { ms: 1_000, word: "s" },
] as const;
/** Age in words, `5 s ago`, `3 min ago`; a clock that differs a little never yields a time in the future. */
export const agoOf = (ms: number): string => {
  const unit = UNITS.find((one) => ms >= one.ms);
  return unit === undefined ? "just now" : `${Math.floor(ms / unit.ms)} ${unit.word} ago`;
};

/** Objective in words: a single figure, or a figure for each phase where the phases differ. */
export const objectiveOf = ({ objective }: Pick<ExpectationReport, "objective">): string => {
  const given = PHASES.filter((phase) => objective[phase] !== undefined);
  const say = (phase: Phase) => formatShare(objective[phase]!);
  if (given.length === 0) return "good once";
  if (given.every((phase) => objective[phase] === objective[given[0]!])) return `≥ ${say(given[0]!)} good`;
  return given.map((phase) => `${phase} ≥ ${say(phase)}`).join(", ");
};
/** Rounded down, so that 99.97% is never shown as 100%. */
export const shareOf = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${Math.floor((1_000 * part) / whole) / 10}%`;

export const recoveredOf = ({ recoveredMs, injected, because }: RunReport): string | null => {
  if (!injected) return null;
  if (recoveredMs !== null) return `${lengthOf(recoveredMs)} after the faults were taken away`;
  return because === "not-recovered" ? "not in the time allowed" : null;
};
