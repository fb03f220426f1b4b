/**
 * Latencies of edges counted in cells: each octave of microseconds in 8 equal parts, so that a value is known to ±6%.
 * An agent reports three digits; a displayed page needs no more than ±6%, and a sum over seconds is a single short
 * array.
 */
import { latencyScale } from "../../experiments/model/evidence/latency-scale.ts";

const SCALE = latencyScale(3);
/** Number of cells, up to 2^34 µs, almost five hours; longer latencies count in the last cell. */
export const CELLS = 256;

export const cellOf = (us: number): number => Math.min(CELLS - 1, SCALE.cellOf(us));
export const { upperMs } = SCALE;

/** Upper end of the cell that contains the latency of this rank; rank 1 is the shortest latency. */
export const rankMs = (cells: ArrayLike<number>, rank: number): number => {
  let left = rank;
  let cell = -1;
  while (left > 0 && cell < CELLS - 1) left -= cells[++cell]!;
  return upperMs(Math.max(0, cell));
};

/** Latency, ms, that a share of the counted latencies does not exceed; null: none is counted. */
export const quantileMs = (cells: ArrayLike<number>, share: number): number | null => {
  let total = 0;
  for (let cell = 0; cell < CELLS; cell++) total += cells[cell]!;
  if (total === 0) return null;
  let left = Math.max(1, Math.ceil(total * share));
  for (let cell = 0; cell < CELLS; cell++) {
    left -= cells[cell]!;
    if (left <= 0) return SCALE.middleMs(cell);
  }
  return null;
};

/** Report of an agent: cell, count, cell, count, … */
export type LatencyCells = readonly number[];
export const addCells = (cells: Uint32Array, counts: LatencyCells): void => {
  for (let i = 0; i < counts.length; i += 2) cells[counts[i]!]! += counts[i + 1]!;
};
