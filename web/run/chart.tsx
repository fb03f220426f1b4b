/** One expectation over a run: the good share of each second, against what the objective asks. */
import { memo } from "react";
import type { Phase } from "../../experiments/model/experiment.ts";
import type { ExpectationReport } from "../../experiments/model/report.ts";
import { formatShare } from "../../experiments/model/units.ts";
import { momentOf } from "../look/words.ts";
import { type Band, type Scale, xOf } from "./scale.ts";

export interface ChartProps {
  readonly scale: Scale;
  readonly bands: readonly Band[];
  readonly expectation: ExpectationReport;
}
const TOP = 8;
const HEIGHT = 92;
const BOTTOM = HEIGHT - 8;
const yOf = (share: number): number => BOTTOM - (BOTTOM - TOP) * share;

interface Point {
  readonly x: number;
  /** null: nothing was seen in this second. */
  readonly share: number | null;
  readonly bad: boolean;
  readonly phase: Phase;
  readonly says: string;
}
const pointsOf = ({ timeline, objective }: ExpectationReport, scale: Scale): readonly Point[] =>
  timeline.map(({ phase, fromMs, toMs, good, bad, errored, p50, p99 }) => {
    const share = good + bad === 0 ? null : good / (good + bad);
    const wanted = objective[phase] ?? 0;
    const latency =
      p50 === undefined || p99 === undefined ? "" : `, p50 ${Math.round(p50)} ms, p99 ${Math.round(p99)} ms`;
    const unknown = errored === 0 ? "" : `, ${errored} errored`;
    const says = `${momentOf(fromMs)} ${phase}: ${good} good, ${bad} bad${unknown}${latency}`;
    return { x: xOf(scale, (fromMs + toMs) / 2), share, bad: share !== null && share < wanted, phase, says };
  });
/** A second without samples is a gap, not a line across it. */
const pathOf = (points: readonly Point[]): string => {
  let pen = "M";
  return points
    .map(({ x, share }) => {
      if (share === null) {
        pen = "M";
        return "";
      }
      const part = `${pen}${x.toFixed(1)} ${yOf(share).toFixed(1)}`;
      pen = "L";
      return part;
    })
    .join("");
};
/** Above so many points, dots are a carpet: only the bad ones are drawn. */
const MOST_DOTS = 400;

const Dot = ({ point: { x, share, bad, says } }: { readonly point: Point }) => {
  if (share === null)
    return (
      <circle className="unknown" cx={x} cy={BOTTOM} r={3}>
        <title>{says}</title>
      </circle>
    );
  const y = yOf(share);
  return bad ? (
    <path className="bad" d={`M${x} ${y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z`}>
      <title>{says}</title>
    </path>
  ) : (
    <circle className="good" cx={x} cy={y} r={2}>
      <title>{says}</title>
    </circle>
  );
};

export const Chart = memo(({ scale, bands, expectation }: ChartProps) => {
  const points = pointsOf(expectation, scale);
  const bad = points.filter((point) => point.bad).length;
  const label = `${expectation.name}: good share of each second; ${bad} of ${points.length} seconds below the objective`;
  return (
    <svg className="chart" width={scale.width} height={HEIGHT} role="img" aria-label={label}>
      {bands.map(({ phase, fromMs, toMs, ahead }) => (
        <rect
          key={phase}
          className={`band ${phase}${ahead ? " ahead" : ""}`}
          x={xOf(scale, fromMs)}
          y={0}
          width={Math.max(1, xOf(scale, toMs) - xOf(scale, fromMs) - 1)}
          height={HEIGHT}
        />
      ))}
      {[0, 0.5, 1].map((share) => (
        <g key={share} className="level">
          <line x1={scale.left} x2={scale.right} y1={yOf(share)} y2={yOf(share)} />
          <text x={scale.left - 6} y={yOf(share)}>
            {formatShare(share)}
          </text>
        </g>
      ))}
      {bands.map(({ phase, fromMs, toMs }) => {
        const wanted = expectation.objective[phase];
        if (wanted === undefined) return null;
        const [x1, x2] = [xOf(scale, fromMs), xOf(scale, toMs)];
        return (
          <line key={phase} className="objective" {...{ x1, x2 }} y1={yOf(wanted)} y2={yOf(wanted)}>
            <title>{`objective ${phase}: ${formatShare(wanted)}`}</title>
          </line>
        );
      })}
      <path className="line" d={pathOf(points)} />
      {points
        .filter((point) => point.bad || point.share === null || points.length <= MOST_DOTS)
        .map((point) => (
          <Dot key={`${point.phase} ${point.x}`} point={point} />
        ))}
    </svg>
  );
});
