/**
 * Latencies counted in cells: each octave of microseconds in 8 equal parts, so that a value is known to ±6%. An agent
 * tells three digits; a page that is looked at needs no more than this, and a sum over seconds is one short array.
 */
const PART_BITS = 3;
const PARTS = 1 << PART_BITS;
/** Up to 2^34 µs, almost five hours; longer ones count as this. */
export const CELLS = 256;

export const cellOf = (us: number): number => {
  if (us < PARTS) return us;
  const octave = Math.floor(Math.log2(us)) - PART_BITS;
  return Math.min(CELLS - 1, (octave + 1) * PARTS + Math.floor(us / 2 ** octave) - PARTS);
};
/** The middle of a cell, ms. */
const middleMs = (cell: number): number => {
  if (cell < PARTS) return cell / 1_000;
  const octave = (cell >> PART_BITS) - 1;
  return ((PARTS + (cell % PARTS) + 0.5) * 2 ** octave) / 1_000;
};

/** The upper end of a cell, ms: nothing in it is longer, and everything beyond it is. */
export const upperMs = (cell: number): number => {
  if (cell < PARTS) return (cell + 1) / 1_000;
  const octave = (cell >> PART_BITS) - 1;
  return ((PARTS + (cell % PARTS) + 1) * 2 ** octave) / 1_000;
};
/** The upper end of the cell that holds the latency of this rank, from 1, the shortest first. */
export const rankMs = (cells: ArrayLike<number>, rank: number): number => {
  let left = rank;
  let cell = -1;
  while (left > 0 && cell < CELLS - 1) left -= cells[++cell]!;
  return upperMs(Math.max(0, cell));
};

/** The latency, ms, that a share of what is counted does not exceed; null: nothing is counted. */
export const quantileMs = (cells: ArrayLike<number>, share: number): number | null => {
  let total = 0;
  for (let cell = 0; cell < CELLS; cell++) total += cells[cell]!;
  if (total === 0) return null;
  let left = Math.max(1, Math.ceil(total * share));
  for (let cell = 0; cell < CELLS; cell++) {
    left -= cells[cell]!;
    if (left <= 0) return middleMs(cell);
  }
  return null;
};

/** What one agent told at once: cell, count, cell, count, … */
export type CellCounts = readonly number[];
export const addTo = (cells: Uint32Array, counts: CellCounts): void => {
  for (let i = 0; i < counts.length; i += 2) cells[counts[i]!]! += counts[i + 1]!;
};
