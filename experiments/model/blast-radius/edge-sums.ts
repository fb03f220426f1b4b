/** What passed an edge, as the journal has it: short rows, since every edge has one each second. */

/**
 * One edge in one second: its place in `plan.radius.edges`, exchanges that ended, and of those failed (no answer, 5xx, or
 * cancelled), slower than T, without any answer; and their p95 in ms where more than 5% were slow. What is 0 at the end is
 * left out; an edge on which nothing ended has no row.
 */
export type EdgeSecond = readonly [
  edge: number,
  n: number,
  failed?: number,
  slow?: number,
  unanswered?: number,
  p95Ms?: number,
];
/** One edge in the run's own baseline, and in quiet minutes ahead of it. */
export interface EdgeBefore {
  readonly edge: number;
  readonly n: number;
  readonly failed: number;
  readonly unanswered: number;
  readonly perSecond: number;
  readonly p95Ms: number | null;
  /** T of `leak.ts`, and how many of `timed` latencies were longer; absent: too few ended to say what slow is. */
  readonly slow?: { readonly afterMs: number; readonly timed: number; readonly over: number };
  /** Exchanges of up to ten minutes before, while no fault was live, that are taken for the baseline's like; absent: none. */
  readonly quiet?: { readonly n: number; readonly failed: number };
}

const ROW = ["n", "failed", "slow", "unanswered", "p95Ms"] as const;
export type SecondSums = Readonly<Record<(typeof ROW)[number], number>>;
export const toRow = (edge: number, sums: SecondSums): EdgeSecond => {
  const row = ROW.map((key) => sums[key]);
  const last = row.findLastIndex((value) => value !== 0);
  return [edge, ...row.slice(0, last + 1)] as unknown as EdgeSecond;
};
export const fromRow = ([, n, failed = 0, slow = 0, unanswered = 0, p95Ms = 0]: EdgeSecond): SecondSums => ({
  ...{ n, failed, slow, unanswered, p95Ms },
});
