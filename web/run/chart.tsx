/** Chart of an expectation over a run: good share of each second against the objective; and the same in words. */

import { memo, Suspense, useMemo, useState } from "react";
import type { Tally } from "../../experiments/model/evidence/tally.ts";
import type { ExpectationReport } from "../../experiments/model/report/report.ts";
import { spellCount } from "../../experiments/model/text/words.ts";
import { chunk } from "../chunk.ts";
import { lengthOf, momentOf, shareOf } from "../ui/words.ts";
import type { Ghost } from "./comparison.ts";
import { type Band, LEFT, RIGHT, type Scale } from "./scale.ts";

const TimelinePlot = chunk(async () => (await import("../chart/timeline-plot.tsx")).TimelinePlot);

export interface ChartProps {
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly expectation: ExpectationReport;
  /** Same expectation in the compared run, in this run's time. */
  readonly ghost: readonly Ghost[];
  /** Run time that was chosen; null: the newest. */
  readonly atMs: number | null;
  readonly onPick: (atMs: number) => void;
}
const HEIGHT = 100;

const isBad = ({ phase, good, bad }: Tally, { objective }: ExpectationReport): boolean =>
  good + bad > 0 && good / (good + bad) < (objective[phase] ?? 0);
const pointsOf = (expectation: ExpectationReport) =>
  expectation.timeline
    .map((second) => {
      const { fromMs, toMs, good, bad } = second;
      const share = good + bad === 0 ? null : good / (good + bad);
      const is = share === null ? "unknown" : isBad(second, expectation) ? "bad" : "good";
      return { atMs: (fromMs + toMs) / 2, share, is, second } as const;
    })
    .sort((a, b) => a.atMs - b.atMs)
    .flatMap((point, i, all) => {
      const before = all[i - 1];
      // A line across the border of two phases would show a value that was never measured.
      const breaks = before !== undefined && before.second.phase !== point.second.phase;
      return breaks
        ? [{ ...before, atMs: (before.atMs + point.atMs) / 2, share: null, is: "gap" as const }, point]
        : [point];
    });

const spelled = ({ phase, fromMs, good, bad, errored, p50, p99 }: Tally): string => {
  const latency =
    p50 === undefined || p99 === undefined ? "" : `; p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`;
  const unknown = errored === 0 ? "" : `, ${errored} errored`;
  return `${momentOf(fromMs)} ${phase}: ${good} good, ${bad} bad${unknown} (${shareOf(good, good + bad)})${latency}`;
};

/** Row limit; the journal has every second. */
const MOST_SECONDS = 100;
const Seconds = ({ seconds }: { readonly seconds: readonly Tally[] }) => (
  <ul className="seconds">
    {seconds.slice(0, MOST_SECONDS).map((second) => (
      <li key={`${second.phase} ${second.fromMs}`}>{spelled(second)}</li>
    ))}
    {seconds.length > MOST_SECONDS && <li>and {seconds.length - MOST_SECONDS} more; the journal below has all.</li>}
  </ul>
);

export const Chart = memo(({ scale, bands, expectation, ghost, atMs, onPick }: ChartProps) => {
  const [pointed, setPointed] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  const points = useMemo(() => pointsOf(expectation), [expectation]);
  const tracks = useMemo(
    () => bands.map((band) => ({ ...band, tone: band.phase === "during" ? ("storm" as const) : ("calm" as const) })),
    [bands],
  );
  const levels = useMemo(
    () =>
      bands.flatMap(({ phase, fromMs, toMs }) => {
        const share = expectation.objective[phase];
        return share === undefined ? [] : [{ fromMs, toMs, share }];
      }),
    [bands, expectation.objective],
  );
  const seconds = points.filter(({ is }) => is !== "gap");
  const short = seconds.filter(({ is }) => is === "bad");
  const told = points[pointed ?? points.length - 1]?.second;
  const label = `${expectation.name}: good share of each second; ${short.length} of ${spellCount(seconds.length, "second")} below the objective`;
  return (
    <>
      <div className="chart" role="img" aria-label={label}>
        <Suspense fallback={null}>
          <TimelinePlot
            {...{ points, levels, ghost, atMs, onPick }}
            {...{ width: scale.width, height: HEIGHT, left: LEFT, right: RIGHT, endMs: scale.endMs }}
            bands={tracks}
            together="run"
            onPoint={setPointed}
          />
        </Suspense>
      </div>
      <p className="reading small">{told === undefined ? "Nothing was seen yet." : spelled(told)}</p>
      <details className="small" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          {short.length === 0
            ? `None of ${spellCount(seconds.length, "second")} was below the objective`
            : `${short.length} of ${spellCount(seconds.length, "second")} below the objective`}
        </summary>
        {open &&
          (short.length === 0 ? (
            <p>{seconds.length === 0 ? "Nothing was seen yet." : `Seen for ${lengthOf(seconds.length * 1_000)}.`}</p>
          ) : (
            <Seconds seconds={short.map(({ second }) => second)} />
          ))}
      </details>
    </>
  );
});
