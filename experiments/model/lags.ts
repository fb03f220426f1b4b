/**
 * Reach of samples whose mark is dropped: how many of them an edge's exchanges follow, more than chance would have. Each
 * look of the baseline leaves at a random moment of its slot, so that nobody else's traffic can keep in step with it (random
 * sampling of RFC 2330, 11.1; the inference is Fisher's, from the randomness of the design alone: whatever others send, and
 * however it drifts or comes in bursts, they send it at moments that do not know of ours).
 */
import { lowerBound } from "./binomial.ts";

/** One look of the baseline. Ms of one clock. */
export interface SpreadLook {
  /** It might have left at every moment of [slotMs, slotMs + spreadMs) alike. */
  readonly slotMs: number;
  readonly spreadMs: number;
  readonly sentMs: number;
  readonly answeredMs: number;
}
/**
 * Looks after which an exchange began within so long, ahead of the answer; and as many as would have met one had they left at
 * any other moment of their slots.
 */
export type LagCount = readonly [withinMs: number, met: number, chance: number];
/** Exchanges without a mark on an edge in the baseline, against the looks of one expectation. */
export interface UnmarkedCount {
  readonly looks: number;
  /** Looks of all expectations, and exchanges without a mark. */
  readonly asked: number;
  readonly exchanges: number;
  readonly spreadMs: number;
  /** Only those in which more looks met an exchange than chance explains. */
  readonly lags: readonly LagCount[];
}

/**
 * Times after a look that are tried, ms. Each begins with the look: a service that is busy with it may hold up what others
 * ask, so that more of theirs begins some ms later, but cannot bring it forward into a time from the look on.
 */
export const LAGS = [2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128] as const;

/** First place in rising numbers that is not below `least`. */
const placeOf = (rising: readonly number[], least: number): number => {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rising[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
};
/** Share of a slot's moments after which some exchange begins within so long. */
const chanceOf = ({ slotMs, spreadMs }: SpreadLook, withinMs: number, begins: readonly number[]): number => {
  if (spreadMs <= 0) return 1;
  let [sum, coveredMs] = [0, 0];
  for (let i = placeOf(begins, slotMs); i < begins.length; i++) {
    const after = begins[i]! - slotMs;
    if (after - withinMs >= spreadMs) break;
    const from = Math.max(coveredMs, after - withinMs);
    const to = Math.min(spreadMs, after);
    if (to > from) [sum, coveredMs] = [sum + to - from, to];
  }
  return Math.min(1, sum / spreadMs);
};
/** Those that began from the first look to the last answer: agents tell of what comes before and after the baseline too. */
const countWhile = (looks: readonly SpreadLook[], begins: readonly number[]): number => {
  const fromMs = looks.reduce((least, { slotMs }) => Math.min(least, slotMs), Number.POSITIVE_INFINITY);
  const toMs = looks.reduce((most, { answeredMs }) => Math.max(most, answeredMs), Number.NEGATIVE_INFINITY);
  return begins.filter((ms) => ms >= fromMs && ms <= toMs).length;
};
/** `begins`: of exchanges without a mark, rising. `asked`: looks of all expectations. */
export const countLags = (
  looks: readonly SpreadLook[],
  begins: readonly number[],
  asked = looks.length,
): UnmarkedCount => ({
  ...{ looks: looks.length, asked, exchanges: countWhile(looks, begins) },
  spreadMs: Math.max(0, ...looks.map(({ spreadMs }) => spreadMs)),
  lags: LAGS.flatMap((withinMs): LagCount[] => {
    let [met, chance] = [0, 0];
    for (const look of looks) {
      const next = begins[placeOf(begins, look.sentMs)] ?? Number.POSITIVE_INFINITY;
      if (next < look.sentMs + withinMs && next <= look.answeredMs) met++;
      chance += chanceOf(look, withinMs, begins);
    }
    const rounded = Math.ceil(chance * 1_000) / 1_000;
    return met > rounded ? [[withinMs, met, rounded]] : [];
  }),
});

/**
 * Least share of samples that surely reach the edge, wrong with at most probability `alpha`. Looks that meet an exchange are
 * those that chance lets meet others', and of the rest those that bring their own. Trials of unequal chance stray less than
 * as many of their mean (Hoeffding, Annals of Mathematical Statistics 1956), so the bound of Clopper and Pearson holds; each
 * time has its part of `alpha` (Bonferroni). An own exchange counts in the chance of its slot too, where it adds w − w²/2 of
 * what is open at least, w being the time as part of the slot: as much is given back.
 */
export const surelyReaching = ({ looks, spreadMs, lags }: UnmarkedCount, alpha: number): number =>
  Math.max(
    0,
    ...lags.map(([withinMs, met, chance]) => {
      const part = Math.min(1, withinMs / spreadMs);
      return (lowerBound(met, looks, alpha / LAGS.length) - chance / looks) / (1 - part + part ** 2 / 2);
    }),
  );

/** By how much the exchanges of a baseline may differ from its looks, as a share of the looks and as a number. */
const SPARE = { share: 0.25, count: 3 };
/**
 * Whether the exchanges are as many as if each look brought one and nobody else called: then their number speaks for the looks,
 * and their times need not prove it. Fewer or more of them are others', in part at least.
 */
export const isOnePerLook = ({ asked, exchanges }: UnmarkedCount): boolean =>
  Math.abs(exchanges - asked) <= asked * SPARE.share + SPARE.count;
