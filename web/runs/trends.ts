/** How the runs of each experiment have gone lately. Pure. */
import type { RunSummary } from "../../server/contract/index.ts";
import { groupBy } from "../look/grouped.ts";
import { type Headline, headlineOf } from "../look/words.ts";
import { placeOf } from "./order.ts";

/** So many runs are a trend. */
export const LENGTH = 20;
export interface Trend {
  readonly experiment: string;
  /** Finished, oldest first, at most LENGTH. */
  readonly runs: readonly RunSummary[];
  /** Of those with a verdict. */
  readonly held: number;
  readonly judged: number;
}
const later = (a: RunSummary, b: RunSummary): number => (placeOf(a) < placeOf(b) ? 1 : -1);

const trendOf = (experiment: string, runs: readonly RunSummary[]): Trend => {
  const newest = [...new Map(runs.map((run) => [run.id, run])).values()].sort(later).slice(0, LENGTH);
  const judged = newest.filter(({ verdict }) => verdict !== null);
  const held = judged.filter(({ verdict }) => verdict === "HELD").length;
  return { experiment, runs: newest.toReversed(), held, judged: judged.length };
};
const ALARMS: readonly Headline[] = ["RESIDUE", "BROKEN"];
/** Its last verdict wants somebody; a run without one says nothing new. */
export const alarmOf = ({ runs }: Trend): Headline | null => {
  const last = runs.findLast(({ verdict }) => verdict !== null);
  const headline = last === undefined ? null : headlineOf(last);
  return headline !== null && ALARMS.includes(headline) ? headline : null;
};
const rankOf = (trend: Trend): number => {
  const alarm = alarmOf(trend);
  return alarm === null ? ALARMS.length : ALARMS.indexOf(alarm);
};

/** What wants somebody first; then by name, so that nothing moves as runs come in. */
export const trendsOf = (runs: readonly RunSummary[]): readonly Trend[] => {
  const byExperiment = groupBy(
    runs.filter(({ state }) => state === "finished"),
    ({ experiment }) => experiment,
  );
  return [...byExperiment]
    .map(([experiment, own]) => trendOf(experiment, own))
    .sort((a, b) => rankOf(a) - rankOf(b) || (a.experiment < b.experiment ? -1 : 1));
};
/** Experiments of which there may be older runs than these. `complete`: there are no older ones at all. */
export const shortIn = (trends: readonly Trend[], complete: boolean): readonly string[] =>
  complete ? [] : trends.filter(({ runs }) => runs.length < LENGTH).map(({ experiment }) => experiment);
