/**
 * Reach of samples by the times of an edge's exchanges: how many of them those follow, more than chance would have. Each
 * look of the baseline leaves at a random moment of its slot, so that nobody else's traffic can keep in step with it (random
 * sampling of RFC 2330, 11.1; the inference is Fisher's, from the randomness of the design alone: whatever others send, and
 * however it drifts or comes in bursts, they send it at moments that do not know of ours).
 */
import { incompleteBeta, type Trials } from "./binomial.ts";

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
 * any other moment of their slots. Of all looks so many seem to have no part in any exchange, and so many have none at most:
 * but for five times in ten thousand. Absent in records of before.
 */
export type LagCount = readonly [withinMs: number, met: number, chance: number, apart?: number, mostApart?: number];
/** Exchanges on an edge in the baseline against the looks of one expectation; not those that bear another one's mark. */
export interface UnmarkedCount {
  readonly looks: number;
  /** Looks of all expectations, and exchanges. */
  readonly asked: number;
  readonly exchanges: number;
  readonly spreadMs: number;
  /** Looks that surely had a part in an exchange before their answer or after it; absent in records of before. */
  readonly followed?: number;
  /** Only those in which more looks met an exchange than chance explains. */
  readonly lags: readonly LagCount[];
}

/**
 * Times after a look that are tried, ms. Each begins with the look: a service that is busy with it may hold up what others
 * ask, so that more of theirs begins some ms later, but cannot bring it forward into a time from the look on.
 */
export const LAGS = [2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128] as const;

/**
 * An agent's clock is known to some ms, after a few pulses: calls that seem to begin so much before their looks, ms, may follow on
 * those looks. No look brings a stranger's call forward, so windows that begin before the look are as valid.
 */
const EARLY_MS: readonly number[] = [0, 4, 12];

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
/** Five times in ten thousand: many times are tried, and the best of them counts. */
const RARE = 5e-4;
const upwards = (ms: number): number => Math.ceil(ms * 1_000) / 1_000;
/** First count of `least` to `most` at which something begins to hold that then holds for all; `most` where for none. */
const firstOf = (least: number, most: number, holds: (count: number) => boolean): number => {
  let [low, high] = [least, most];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
};
/**
 * How many looks have no part in any exchange: they meet one by chance alone, since no exchange begins for their sake. Those
 * that meet none are among them, as far as these are no more than chance leaves of so many; `mostApart`: but for five times in
 * ten thousand. They are taken to be the looks of the greatest chances, which could hide most. Trials of unequal chance stray less
 * than as many of their mean (Hoeffding, Annals of Mathematical Statistics 1956).
 */
const apartOf = (looks: readonly { readonly chance: number; readonly isMet: boolean }[]) => {
  const unmet = looks.filter(({ isMet }) => !isMet).length;
  const misses = looks.map(({ chance }) => 1 - chance).sort((a, b) => a - b);
  const sums = [0];
  for (const miss of misses) sums.push(sums.at(-1)! + miss);
  /** Chance that so many looks without a part leave no more unmet. */
  const chanceOf = (apart: number): number =>
    apart <= unmet ? 1 : incompleteBeta(1 - sums[apart]! / apart, apart - unmet, unmet + 1);
  const isTooMany = (apart: number) => chanceOf(apart) < RARE;
  return {
    apart: firstOf(unmet, looks.length, (count) => sums[count]! >= unmet),
    mostApart: firstOf(unmet, looks.length, (count) => count < looks.length && isTooMany(count + 1)),
  };
};

/** Looks that surely had a part in an exchange, before their answer or after it, by a clock that may be so much behind. */
const followedBy = (looks: readonly SpreadLook[], begins: readonly number[], earlyMs: number): number => {
  const late = begins.map((ms) => ms + earlyMs);
  const least = LAGS.map((withinMs) => {
    const each = looks.map((look) => ({
      isMet: (late[placeOf(late, look.sentMs)] ?? Number.POSITIVE_INFINITY) < look.sentMs + withinMs,
      chance: chanceOf(look, withinMs, late),
    }));
    const chance = upwards(each.reduce((sum, look) => sum + look.chance, 0));
    return each.filter(({ isMet }) => isMet).length > chance ? looks.length - apartOf(each).mostApart : 0;
  });
  return Math.max(0, ...least);
};

/** `begins`: of exchanges, rising. `asked`: looks of all expectations. */
export const countLags = (
  looks: readonly SpreadLook[],
  begins: readonly number[],
  asked = looks.length,
): UnmarkedCount => {
  const followed = EARLY_MS.reduce((most, earlyMs) => Math.max(most, followedBy(looks, begins, earlyMs)), 0);
  const lags = LAGS.flatMap((withinMs): LagCount[] => {
    const each = looks.map((look) => {
      const next = begins[placeOf(begins, look.sentMs)] ?? Number.POSITIVE_INFINITY;
      const isMet = next < look.sentMs + withinMs && next <= look.answeredMs;
      return { isMet, chance: chanceOf(look, withinMs, begins) };
    });
    const chance = upwards(each.reduce((sum, look) => sum + look.chance, 0));
    const met = each.filter(({ isMet }) => isMet).length;
    if (met <= chance) return [];
    const { apart, mostApart } = apartOf(each);
    return [[withinMs, met, chance, apart, mostApart]];
  });
  return {
    ...{ looks: looks.length, asked, exchanges: countWhile(looks, begins) },
    spreadMs: Math.max(0, ...looks.map(({ spreadMs }) => spreadMs)),
    followed,
    lags,
  };
};

/** Standard deviations that as few exceed, for records of before. */
const FAR = 3.8;
/**
 * Looks that have a part in an exchange, as trials of the chance that a sample has one; one for each time that tells of some.
 * Records of before have no number of those apart: met looks beyond chance, and an own exchange counts in the chance of its
 * slot too, where it adds w − w²/2 of what is open at least, w being the time as part of the slot: as much is given back.
 */
export const trialsOf = ({ looks, spreadMs, lags }: UnmarkedCount): readonly Trials[] =>
  lags.flatMap(([withinMs, met, chance, apart, mostApart]): readonly Trials[] => {
    const part = Math.min(1, withinMs / spreadMs);
    const hit = apart === undefined ? (met - chance) / (1 - part + part ** 2 / 2) : looks - apart;
    const doubt = apart === undefined || mostApart === undefined ? FAR * Math.sqrt(met) : mostApart - apart;
    return hit > doubt ? [{ of: looks, hit: Math.min(looks, hit), doubt: Math.max(0, doubt) }] : [];
  });
/** Least share of looks that surely had a part in an exchange of the edge. */
export const surelyReaching = (count: UnmarkedCount): number =>
  Math.max(0, ...trialsOf(count).map(({ of, hit, doubt = 0 }) => (hit - doubt) / of));

/** By how much the exchanges of a baseline may differ from its looks, as a share of the looks and as a number. */
const SPARE = { share: 0.25, count: 3 };
/**
 * Whether the exchanges are as many as if each look brought one and nobody else called: then their number speaks for the looks
 * as far as they follow on looks at all, and their times need not prove that they come before the answers, since an agent's
 * clock is known to some ms only. Fewer or more of them are others', in part at least.
 */
export const isOnePerLook = ({ asked, exchanges }: UnmarkedCount): boolean =>
  Math.abs(exchanges - asked) <= asked * SPARE.share + SPARE.count;
/** Looks that surely had a part in an exchange before their answer or after it; of records of before all of them. */
export const followedIn = ({ looks, followed = looks }: UnmarkedCount): Trials => ({ of: looks, hit: followed });
