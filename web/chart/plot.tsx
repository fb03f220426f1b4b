/**
 * A chart over time. uPlot loads with the first chart; until then, and for screen readers, words replace the drawing.
 */
import { memo, useEffect, useRef, useState } from "react";
import { useWidth } from "../ui/use-width.ts";
import type { Chart } from "./draw.ts";
import type { PlotBand, PlotSeries } from "./plot-series.ts";
import { summaryOf } from "./plot-words.ts";
import { onThemeChange } from "./theme.ts";
import "./plot.css";

export interface PlotProps {
  readonly title: string;
  /** Series of the chart. The number, labels and colours of the series stay as in the first drawing. */
  readonly series: readonly PlotSeries[];
  /** Unix seconds, ascending. */
  readonly x: readonly number[];
  readonly yFormat: (value: number) => string;
  /** px. */
  readonly height: number;
  readonly bands?: readonly PlotBand[];
}
const NO_BANDS: readonly PlotBand[] = [];

const Key = ({ series: { label, colour, dash }, value }: { readonly series: PlotSeries; readonly value: string }) => (
  <li>
    <svg viewBox="0 0 20 6" aria-hidden="true">
      <path d="M0 3H20" stroke={`var(--${colour})`} strokeDasharray={dash?.join(" ")} />
    </svg>
    {label} <strong>{value}</strong>
  </li>
);

export const Plot = memo(({ title, series, x, yFormat, height, bands = NO_BANDS }: PlotProps) => {
  const [measured, width] = useWidth();
  const [pointed, setPointed] = useState<number | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  // The data to draw once the library is loaded may be newer than the data at the request.
  const latest = useRef({ series, x, bands, width });
  latest.current = { series, x, bands, width };
  const isReady = width > 0;
  useEffect(() => {
    if (!isReady) return;
    let ended = false;
    import("./draw.ts").then(
      ({ draw }) => {
        if (ended) return;
        const canvas = { width: latest.current.width, height, yFormat, onPoint: setPointed };
        chart.current = draw(place.current!, latest.current, canvas);
      },
      () => setProblem("The chart could not be loaded; reload the page."),
    );
    const unwatch = onThemeChange(() => chart.current?.redraw());
    return () => {
      ended = true;
      unwatch();
      chart.current?.end();
      chart.current = null;
    };
  }, [isReady, height, yFormat]);
  useEffect(() => chart.current?.show({ series, x, bands }), [series, x, bands]);
  useEffect(() => {
    if (width > 0) chart.current?.resize(width);
  }, [width]);
  const say = (value: number | null | undefined) => (value === null || value === undefined ? "–" : yFormat(value));
  return (
    <figure className="plot">
      <figcaption>
        <span className="plot-title">{title}</span>
        <ul>
          {series.map((one) => (
            <Key key={one.label} series={one} value={say(one.values[pointed ?? one.values.length - 1])} />
          ))}
        </ul>
      </figcaption>
      <div ref={measured}>
        <div
          ref={place}
          className="plot-canvas"
          role="img"
          aria-label={`${title}. ${summaryOf(series, yFormat)}`}
          style={{ height }}
        />
      </div>
      {problem !== null && <p className="problem">{problem}</p>}
    </figure>
  );
});
