/**
 * A track of a timeline on a canvas: a share from none to all over run time, in line with the tracks above and below.
 */
import { useEffect, useLayoutEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colour, onThemeChange } from "./theme.ts";
import {
  drawBands,
  drawGhost,
  drawLevels,
  drawMoment,
  drawPoints,
  MARGIN,
  penOf,
  type TrackBand,
  type TrackGhost,
  type TrackLevel,
  type TrackPoint,
} from "./track.ts";

export interface TimelinePlotProps {
  /** CSS px, of which `left` and `right` are margins. */
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  /** Run time at the right end; the left end is 0. */
  readonly endMs: number;
  readonly bands: readonly TrackBand[];
  /** Minimum shares demanded by the objectives, each with a time span. */
  readonly levels: readonly TrackLevel[];
  /** By time. */
  readonly points: readonly TrackPoint[];
  /** Points of another run on the same track, drawn behind. */
  readonly ghost: readonly TrackGhost[];
  /** The moment that is shown; null: no line. */
  readonly atMs: number | null;
  /** Group name: tracks of the same group share the pointer. */
  readonly together: string;
  /** Called with the index of the point nearest to the pointer; null: the pointer is elsewhere. */
  onPoint(index: number | null): void;
  /** A moment was clicked. */
  onPick(atMs: number): void;
}
const dataOf = (points: readonly TrackPoint[]): uPlot.AlignedData => [
  points.map(({ atMs }) => atMs),
  points.map(({ share }) => share),
];

/** Options of the plot; the values of `props` are read anew at each drawing. */
const optionsOf = (props: () => TimelinePlotProps): uPlot.Options => {
  const { width, height, left, right, together } = props();
  return {
    width,
    height,
    padding: [MARGIN, right, MARGIN, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false, setScale: false },
      sync: { key: together, scales: ["x", null], setSeries: false },
      points: { size: 9 },
    },
    scales: {
      x: { time: false, range: () => [0, props().endMs] },
      y: { range: [0, 1] },
    },
    axes: [
      { show: false },
      {
        size: left,
        gap: 4,
        stroke: () => colour("dim"),
        grid: { stroke: () => colour("edge"), width: 1 },
        ticks: { show: false },
        font: "12px system-ui, sans-serif",
        splits: () => [0, 0.5, 1],
        values: (_, shares) => shares.map((share) => `${share * 100}%`),
      },
    ],
    series: [
      {},
      {
        stroke: () => colour("line"),
        width: 1.75,
        // The fill spans from the line up to 100% good, so that a bad second hangs from the top.
        fill: () => colour("bad-soft"),
        fillTo: 1,
        points: { show: false },
        spanGaps: false,
      },
    ],
    hooks: {
      drawClear: [(plot) => drawBands(penOf(plot, props().endMs), props().bands)],
      draw: [
        (plot) => {
          const { levels, ghost, points, atMs, endMs } = props();
          const pen = penOf(plot, endMs);
          drawLevels(pen, levels);
          drawGhost(pen, ghost, endMs);
          drawPoints(pen, points);
          if (atMs !== null) drawMoment(pen, atMs);
        },
      ],
      setCursor: [(plot) => props().onPoint(plot.cursor.idx ?? null)],
    },
  };
};

/** A canvas without text alternative: the parent component supplies the words. */
export const TimelinePlot = (props: TimelinePlotProps) => {
  const place = useRef<HTMLDivElement>(null);
  const plotted = useRef<uPlot | null>(null);
  const latest = useRef(props);
  const { width, height, left, right, endMs, bands, levels, points, ghost, atMs, together } = props;
  useLayoutEffect(() => {
    latest.current = props;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: what else changes is drawn anew below
  useLayoutEffect(() => {
    const plot = new uPlot(
      optionsOf(() => latest.current),
      dataOf(latest.current.points),
      place.current!,
    );
    plotted.current = plot;
    plot.over.addEventListener("click", () => {
      const x = plot.cursor.left ?? -1;
      if (x >= 0) latest.current.onPick(plot.posToVal(x, "x"));
    });
    return () => {
      plotted.current = null;
      plot.destroy();
    };
  }, [height, left, right, together]);
  useLayoutEffect(() => plotted.current?.setSize({ width, height }), [width, height]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a longer run moves every point
  useLayoutEffect(() => plotted.current?.setData(dataOf(points)), [points, endMs]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: these are what is drawn
  useLayoutEffect(() => plotted.current?.redraw(false), [bands, levels, ghost, atMs]);
  useEffect(() => onThemeChange(() => plotted.current?.redraw(false, true)), []);
  return <div ref={place} className="track" />;
};
