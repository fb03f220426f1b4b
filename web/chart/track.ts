/**
 * Layers of a timeline track around the line, drawn on the same canvas: phases, objectives, another run, marks, the
 * moment.
 */
import uPlot from "uplot";
import { type Colour, colour } from "./theme.ts";

export interface TrackBand {
  readonly fromMs: number;
  readonly toMs: number;
  readonly tone: "calm" | "storm";
  readonly ahead: boolean;
}
export interface TrackLevel {
  readonly fromMs: number;
  readonly toMs: number;
  readonly share: number;
}
export interface TrackPoint {
  readonly atMs: number;
  /** Share of good samples; null: no sample. */
  readonly share: number | null;
  /** Verdict of the point. `gap`: no point; the line breaks there. */
  readonly is: "good" | "bad" | "unknown" | "gap";
}
export interface TrackGhost {
  readonly atMs: number;
  readonly share: number | null;
}
/** Room above all and below none, so that marks at both are whole. */
export const MARGIN = 8;
/** Dot limit: more dots would form a carpet, so that only points that are not good are marked. */
const MOST_DOTS = 400;

/** Canvas to draw on, in canvas pixels; `at` and `of` convert a moment and a share. */
export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly unit: number;
  readonly top: number;
  readonly height: number;
  at(ms: number): number;
  of(share: number): number;
}
export const penOf = (plot: uPlot, endMs: number): Pen => ({
  ...{ context: plot.ctx, unit: uPlot.pxRatio, top: plot.bbox.top, height: plot.bbox.height },
  at: (ms) => plot.valToPos(Math.min(Math.max(0, ms), endMs), "x", true),
  of: (share) => plot.valToPos(share, "y", true),
});

const SOFT: Readonly<Record<TrackBand["tone"], Colour>> = { calm: "calm-soft", storm: "storm-soft" };
export const drawBands = ({ context, unit, top, height, at }: Pen, bands: readonly TrackBand[]) => {
  for (const { fromMs, toMs, tone, ahead } of bands) {
    context.globalAlpha = ahead ? 0.45 : 1;
    context.fillStyle = colour(SOFT[tone]);
    const margin = MARGIN * unit;
    context.fillRect(at(fromMs), top - margin, Math.max(unit, at(toMs) - at(fromMs) - unit), height + 2 * margin);
  }
  context.globalAlpha = 1;
};
export const drawLevels = ({ context, unit, at, of }: Pen, levels: readonly TrackLevel[]) => {
  context.strokeStyle = colour("dim");
  context.lineWidth = 1.5 * unit;
  context.setLineDash([5 * unit, 4 * unit]);
  for (const { fromMs, toMs, share } of levels) {
    context.beginPath();
    context.moveTo(at(fromMs), of(share));
    context.lineTo(at(toMs), of(share));
    context.stroke();
  }
  context.setLineDash([]);
};
export const drawGhost = ({ context, unit, at, of }: Pen, ghost: readonly TrackGhost[], endMs: number) => {
  context.strokeStyle = colour("dim");
  context.lineWidth = 1.25 * unit;
  context.setLineDash([2 * unit, 2 * unit]);
  context.beginPath();
  let drawing = false;
  for (const { atMs, share } of ghost) {
    if (share === null || atMs < 0 || atMs > endMs) {
      drawing = false;
      continue;
    }
    if (drawing) context.lineTo(at(atMs), of(share));
    else context.moveTo(at(atMs), of(share));
    drawing = true;
  }
  context.stroke();
  context.setLineDash([]);
};
/** Draws bad as a diamond, unknown as a ring on the floor, good as a dot: shapes differ as well as colours. */
export const drawPoints = ({ context, unit, at, of }: Pen, points: readonly TrackPoint[]) => {
  const dots = points.length <= MOST_DOTS;
  for (const { atMs, share, is } of points) {
    if (is === "gap") continue;
    const [x, y] = [at(atMs), of(share ?? 0)];
    context.beginPath();
    if (is === "good") {
      if (!dots) continue;
      context.arc(x, y, 2 * unit, 0, 2 * Math.PI);
      context.fillStyle = colour("line");
      context.fill();
    } else if (is === "unknown") {
      context.arc(x, y, 3 * unit, 0, 2 * Math.PI);
      context.strokeStyle = colour("warn");
      context.lineWidth = 1.5 * unit;
      context.stroke();
    } else {
      const reach = 4.5 * unit;
      context.moveTo(x, y - reach);
      context.lineTo(x + reach, y);
      context.lineTo(x, y + reach);
      context.lineTo(x - reach, y);
      context.closePath();
      context.fillStyle = colour("bad");
      context.strokeStyle = colour("card");
      context.lineWidth = unit;
      context.fill();
      context.stroke();
    }
  }
};
export const drawMoment = ({ context, unit, top, height, at }: Pen, atMs: number) => {
  const margin = MARGIN * unit;
  context.strokeStyle = colour("ink");
  context.lineWidth = 1.5 * unit;
  context.beginPath();
  context.moveTo(at(atMs), top - margin);
  context.lineTo(at(atMs), top + height + margin);
  context.stroke();
};
