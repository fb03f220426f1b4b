/**
 * Log scale for latencies: each octave of microseconds in equal parts, so that a latency is a small whole number and
 * counts of several seconds, probes or agents add up. The error is at most 1 / 2^(partBits + 1) of the value.
 */
export interface LatencyScale {
  /** Cell of a latency in whole µs. */
  cellOf(us: number): number;
  /** Middle of a cell, ms. */
  middleMs(cell: number): number;
  /** Upper end of a cell, ms: every latency in the cell is at most as long, and every latency beyond is longer. */
  upperMs(cell: number): number;
}

export const latencyScale = (partBits: number): LatencyScale => {
  const parts = 1 << partBits;
  const offsetMs = (cell: number, within: number): number => {
    const octave = (cell >> partBits) - 1;
    return ((parts + (cell % parts) + within) * 2 ** octave) / 1_000;
  };
  return {
    cellOf: (us) => {
      if (us < parts) return us;
      const octave = Math.floor(Math.log2(us)) - partBits;
      return (octave + 1) * parts + Math.floor(us / 2 ** octave) - parts;
    },
    middleMs: (cell) => (cell < parts ? cell / 1_000 : offsetMs(cell, 0.5)),
    upperMs: (cell) => (cell < parts ? (cell + 1) / 1_000 : offsetMs(cell, 1)),
  };
};
