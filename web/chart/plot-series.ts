/** Series and bands of a plot: the data that `plot.tsx` takes and `draw.ts` draws. */
import type { Colour } from "./theme.ts";

export interface PlotSeries {
  readonly label: string;
  readonly colour: Colour;
  /** As many as `x`; null: nothing is known of that moment. */
  readonly values: readonly (number | null)[];
  /** Lengths of strokes and gaps, px: lines are not told apart by colour alone. */
  readonly dash?: readonly number[];
}
/** A span of time, coloured behind the lines. Unix seconds. */
export interface PlotBand {
  readonly from: number;
  readonly to: number;
  readonly colour: Colour;
  readonly label: string;
}
