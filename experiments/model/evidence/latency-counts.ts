/** Latencies of probes as carried by tallies, and the quantiles over any number of tallies. */
import { latencyScale } from "./latency-scale.ts";

/** `[cell, count, cell, count, …]`, cells ascending: a second of 40 samples is 20 to 60 numbers. */
export type LatencyCounts = readonly number[];
/** 32 parts an octave: within 1.6% of the true value. */
const SCALE = latencyScale(5);
/** 2^34 µs, almost five hours: no sample takes longer. */
const LONGEST_US = 2 ** 34;

/** Latencies, ms, as counts. */
export const countLatencies = (latenciesMs: readonly number[]): LatencyCounts => {
  const cells = new Map<number, number>();
  for (const ms of latenciesMs) {
    const cell = SCALE.cellOf(Math.min(LONGEST_US, Math.max(0, Math.round(ms * 1_000))));
    cells.set(cell, (cells.get(cell) ?? 0) + 1);
  }
  return pairsOf(cells);
};
const pairsOf = (cells: ReadonlyMap<number, number>): LatencyCounts => [...cells].sort(([a], [b]) => a - b).flat();

export const sumLatencies = (several: readonly LatencyCounts[]): LatencyCounts => {
  const cells = new Map<number, number>();
  for (const counts of several)
    for (let i = 0; i + 1 < counts.length; i += 2) cells.set(counts[i]!, (cells.get(counts[i]!) ?? 0) + counts[i + 1]!);
  return pairsOf(cells);
};

/** Quantiles of latency, ms, over `n` samples. */
export interface LatencyQuantiles {
  readonly n: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}
/** Quantiles of the counts; null: no latency is counted. */
export const latencyQuantiles = (counts: LatencyCounts): LatencyQuantiles | null => {
  const n = counts.reduce((sum, count, i) => (i % 2 === 1 ? sum + count : sum), 0);
  if (n === 0) return null;
  // Nearest rank, as a tally's own p50 and p99.
  const at = (share: number): number => {
    let left = Math.max(1, Math.ceil(n * share));
    let cell = 0;
    for (let i = 0; i + 1 < counts.length && left > 0; i += 2) {
      cell = counts[i]!;
      left -= counts[i + 1]!;
    }
    return rounded(SCALE.middleMs(cell));
  };
  return { n, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
};
/** Three significant digits: more are not known. */
const rounded = (ms: number): number => Number(ms.toPrecision(3));
