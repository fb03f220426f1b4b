/** uPlot set-up of the dashboard. Loaded when the first chart is shown. */

import UPlot from "uplot";
import type { PlotBand, PlotSeries } from "./plot-series.ts";
import "uplot/dist/uPlot.min.css";
import { colour } from "./theme.ts";

export interface Drawing {
  readonly series: readonly PlotSeries[];
  readonly bands: readonly PlotBand[];
  /** Unix seconds. */
  readonly x: readonly number[];
}
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly yFormat: (value: number) => string;
  /** Called with the index of the moment under the pointer; null: none. */
  readonly onPoint: (index: number | null) => void;
}
const [AXIS_Y, AXIS_X] = [62, 28];
const FONT = "11px system-ui, sans-serif";
const TO_THE_SECOND = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hour12: false });
const TO_THE_MINUTE = new Intl.DateTimeFormat(undefined, { timeStyle: "short", hour12: false });
const LEAST_TOP = 0.000_001;

const bandsBelow = (bands: () => readonly PlotBand[]) => (plot: UPlot) => {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { from, to, colour: name } of bands()) {
    const [left, right] = [plot.valToPos(from, "x", true), plot.valToPos(to, "x", true)];
    const [start, end] = [Math.max(bbox.left, left), Math.min(bbox.left + bbox.width, right)];
    if (end <= start) continue;
    ctx.fillStyle = colour(name);
    ctx.fillRect(start, bbox.top, end - start, bbox.height);
  }
  ctx.restore();
};

export interface Chart {
  show(drawing: Drawing): void;
  resize(width: number): void;
  /** In the colours of the moment. */
  redraw(): void;
  end(): void;
}
/** Draws a chart with the number, names and colours of the series in `first`. */
export const draw = (into: HTMLElement, first: Drawing, { width, height, yFormat, onPoint }: Canvas): Chart => {
  let drawing = first;
  const dataOf = ({ x, series }: Drawing) => [[...x], ...series.map(({ values }) => [...values])] as UPlot.AlignedData;
  const axis = { font: FONT, stroke: () => colour("dim"), ticks: { show: false } };
  const plot = new UPlot(
    {
      ...{ width, height, legend: { show: false }, padding: [8, 16, 0, 0] },
      cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
      scales: {
        x: { time: true },
        // The axis starts at zero, so that a small change does not look like a large change.
        y: { range: (_, __, most) => [0, Math.max(LEAST_TOP, (most ?? 0) * 1.1)] },
      },
      axes: [
        {
          ...{ ...axis, size: AXIS_X, space: 56, grid: { show: false } },
          values: (_, splits, __, ___, stepS) => {
            const clock = stepS < 60 ? TO_THE_SECOND : TO_THE_MINUTE;
            return splits.map((second) => clock.format(second * 1_000));
          },
        },
        {
          ...{ ...axis, size: AXIS_Y, space: 26, grid: { stroke: () => colour("edge"), width: 1 } },
          values: (_, splits) => splits.map((value) => yFormat(value)),
        },
      ],
      series: [
        {},
        ...first.series.map(({ label, colour: name, dash }) => ({
          ...{ label, width: 1.6, points: { show: false }, stroke: () => colour(name) },
          ...(dash !== undefined && { dash: [...dash] }),
        })),
      ],
      hooks: {
        drawClear: [bandsBelow(() => drawing.bands)],
        setCursor: [({ cursor }) => onPoint(cursor.idx ?? null)],
      },
    },
    dataOf(first),
    into,
  );
  return {
    show(next) {
      drawing = next;
      plot.setData(dataOf(next));
    },
    resize: (next) => plot.setSize({ width: next, height }),
    redraw: () => plot.redraw(false, true),
    end: () => plot.destroy(),
  };
};
