/** Recent verdicts of each experiment. Pure. */
import type { ExperimentTrend } from "../../server/contract/index.ts";
import { type Headline, headlineOf, type TrendRun } from "../ui/words.ts";

/** Number of runs in a trend. */
export const LENGTH = 20;
export interface Trend {
  readonly experiment: string;
  /** Finished, oldest first, at most LENGTH. */
  readonly runs: readonly TrendRun[];
  /** Number of HELD runs among the `judged` runs, the runs with a verdict. */
  readonly held: number;
  readonly judged: number;
}
const trendOf = ({ experiment, runs }: ExperimentTrend): Trend => {
  const judged = runs.filter(({ verdict }) => verdict !== null);
  const held = judged.filter(({ verdict }) => verdict === "HELD").length;
  return { experiment, runs: runs.map((run) => ({ ...run, state: "finished" })), held, judged: judged.length };
};
const ALARMS: readonly Headline[] = ["RESIDUE", "BROKEN"];
/** Alarm of the last verdict, or null; a run without a verdict adds no information. */
export const alarmOf = ({ runs }: Trend): Headline | null => {
  const last = runs.findLast(({ verdict }) => verdict !== null);
  const headline = last === undefined ? null : headlineOf(last);
  return headline !== null && ALARMS.includes(headline) ? headline : null;
};
const rankOf = (trend: Trend): number => {
  const alarm = alarmOf(trend);
  return alarm === null ? ALARMS.length : ALARMS.indexOf(alarm);
};

/** Trends with alarms first; then by name, so that no row moves as runs come in. */
export const trendsOf = (trends: readonly ExperimentTrend[]): readonly Trend[] =>
  trends.map(trendOf).sort((a, b) => rankOf(a) - rankOf(b) || (a.experiment < b.experiment ? -1 : 1));
