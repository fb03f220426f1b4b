/** Traffic of an edge, in the form of the journal: short rows, since every edge has a row each second. */

/**
 * Row of an edge in a second: the edge's place in `plan.radius.edges`, exchanges that ended, and the counts of those
 * that failed (no answer, 5xx, or cancelled), were slower than T, and had no answer; the p95 in ms where more than 5%
 * were slow or at least half had no answer; and where no T is known, the exchanges under way beyond the most of the
 * baseline. Zeros at the end of the row are left out; an edge of zeros has no row.
 */
export type EdgeSecond = readonly [
  edge: number,
  n: number,
  failed?: number,
  slow?: number,
  unanswered?: number,
  p95Ms?: number,
  open?: number,
];
/** Traffic of an edge in the run's own baseline, and in quiet minutes ahead of the baseline. */
export interface EdgeBefore {
  readonly edge: number;
  readonly n: number;
  readonly failed: number;
  readonly unanswered: number;
  readonly perSecond: number;
  readonly p95Ms: number | null;
  /**
   * Threshold T of `leak.ts`, and the number of `timed` latencies that were longer; absent: too few exchanges ended to
   * define slow.
   */
  readonly slow?: { readonly afterMs: number; readonly timed: number; readonly over: number };
  /** Exchanges of up to ten minutes before, while no fault was live, that are taken for the baseline's like; absent: none. */
  readonly quiet?: { readonly n: number; readonly failed: number };
}

const ROW = ["n", "failed", "slow", "unanswered", "p95Ms", "open"] as const;
export type SecondSums = Readonly<Record<(typeof ROW)[number], number>>;
export const toRow = (edge: number, sums: SecondSums): EdgeSecond => {
  const row = ROW.map((key) => sums[key]);
  const last = row.findLastIndex((value) => value !== 0);
  return [edge, ...row.slice(0, last + 1)] as unknown as EdgeSecond;
};
export const fromRow = ([, n, failed = 0, slow = 0, unanswered = 0, p95Ms = 0, open = 0]: EdgeSecond): SecondSums => ({
  ...{ n, failed, slow, unanswered, p95Ms, open },
});
