/**
 * Reach of samples by the times of an edge's exchanges: the number of samples that an exchange follows, beyond chance.
 * Each sample of the baseline leaves at a random moment of a slot, so that no other traffic can keep in step with the
 * samples (random sampling of RFC 2330, 11.1; the inference is Fisher's, from the randomness of the design alone: other
 * clients' requests may drift or come in bursts, but are sent at moments that do not depend on the probe's).
 */
import { incompleteBeta, type Trials } from "../statistics/binomial.ts";

/** Sample of the baseline. Ms of a single clock. */
export interface SpreadLook {
  /** Slot: the sample might have left at every moment of [slotMs, slotMs + spreadMs) alike. */
  readonly slotMs: number;
  readonly spreadMs: number;
  readonly sentMs: number;
  readonly answeredMs: number;
}
/**
 * Counts at a lag. `met`: samples after which an exchange began within `withinMs`, ahead of the answer. `chance`:
 * samples that would have met an exchange after a send at any other moment of the slot. `apart`: samples that seem to
 * have no part in any exchange; `mostApart`: upper bound of `apart`, wrong five times in ten thousand. Both are absent
 * in older records.
 */
export type LagCount = readonly [withinMs: number, met: number, chance: number, apart?: number, mostApart?: number];
/**
 * Exchanges on an edge in the baseline against the samples of an expectation; without exchanges that bear the mark of
 * another expectation.
 */
export interface UnmarkedCount {
  readonly looks: number;
  /** Samples of all expectations, and exchanges. */
  readonly asked: number;
  readonly exchanges: number;
  readonly spreadMs: number;
  /** Samples that surely had a part in an exchange before or after the answer; absent in older records. */
  readonly followed?: number;
  /** Lags at which more samples met an exchange than chance explains. */
  readonly lags: readonly LagCount[];
}

/**
 * Lags after a sample that are tried, ms. Each window begins with the sample: a service busy with the sample may delay
 * other clients' requests, so that more requests begin some ms later, but cannot bring a request forward into a time
 * from the sample on.
 */
export const LAGS = [2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128] as const;

/**
 * Clock errors that are tried, ms. An agent's clock is known to some ms, after a few pulses: calls that seem to begin
 * so much before a sample may follow on that sample. No sample brings a stranger's call forward, so windows that begin
 * before the sample are as valid.
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
/**
 * Number of exchanges that began from the first sample to the last answer: agents report exchanges before and after the
 * baseline too.
 */
const countWhile = (looks: readonly SpreadLook[], begins: readonly number[]): number => {
  const fromMs = looks.reduce((least, { slotMs }) => Math.min(least, slotMs), Number.POSITIVE_INFINITY);
  const toMs = looks.reduce((most, { answeredMs }) => Math.max(most, answeredMs), Number.NEGATIVE_INFINITY);
  return begins.filter((ms) => ms >= fromMs && ms <= toMs).length;
};
/** Probability of error, five in ten thousand: many lags are tried, and the best counts. */
const RARE = 5e-4;
const upwards = (ms: number): number => Math.ceil(ms * 1_000) / 1_000;
/**
 * First count of `least` to `most` at which a condition begins to hold that then holds for all; `most` where for none.
 */
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
 * Number of samples without a part in any exchange: such samples meet an exchange by chance alone, since no exchange
 * begins for the sample's sake. The count includes the samples that meet no exchange, as far as the number is no more
 * than chance leaves; `mostApart` is wrong five times in ten thousand. The samples of the greatest chances are taken,
 * since those could hide most. Trials of unequal chance stray less than as many of the mean chance (Hoeffding, Annals
 * of Mathematical Statistics 1956).
 */
const apartOf = (looks: readonly { readonly chance: number; readonly isMet: boolean }[]) => {
  const unmet = looks.filter(({ isMet }) => !isMet).length;
  const misses = looks.map(({ chance }) => 1 - chance).sort((a, b) => a - b);
  const sums = [0];
  for (const miss of misses) sums.push(sums.at(-1)! + miss);
  /** Chance that so many samples without a part leave no more unmet. */
  const chanceOf = (apart: number): number =>
    apart <= unmet ? 1 : incompleteBeta(1 - sums[apart]! / apart, apart - unmet, unmet + 1);
  const isTooMany = (apart: number) => chanceOf(apart) < RARE;
  return {
    apart: firstOf(unmet, looks.length, (count) => sums[count]! >= unmet),
    mostApart: firstOf(unmet, looks.length, (count) => count < looks.length && isTooMany(count + 1)),
  };
};

/**
 * Number of samples that surely had a part in an exchange, before or after the answer, by a clock that may be `earlyMs`
 * behind.
 */
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

/** `begins`: begin times of exchanges, rising. `asked`: samples of all expectations. */
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
 * Samples that have a part in an exchange, as trials of the chance that a sample has a part; an element for each lag
 * that shows some. Older records lack `apart`: there the number is the met samples beyond chance. A sample's own
 * exchange counts in the chance of the sample's slot too, and adds at least w − w²/2 of the open part, w being the lag
 * as part of the slot: as much is given back.
 */
export const trialsOf = ({ looks, spreadMs, lags }: UnmarkedCount): readonly Trials[] =>
  lags.flatMap(([withinMs, met, chance, apart, mostApart]): readonly Trials[] => {
    const part = Math.min(1, withinMs / spreadMs);
    const hit = apart === undefined ? (met - chance) / (1 - part + part ** 2 / 2) : looks - apart;
    const doubt = apart === undefined || mostApart === undefined ? FAR * Math.sqrt(met) : mostApart - apart;
    return hit > doubt ? [{ of: looks, hit: Math.min(looks, hit), doubt: Math.max(0, doubt) }] : [];
  });
/** Least share of samples that surely had a part in an exchange of the edge. */
export const surelyReaching = (count: UnmarkedCount): number =>
  Math.max(0, ...trialsOf(count).map(({ of, hit, doubt = 0 }) => (hit - doubt) / of));

/**
 * Difference allowed between the exchanges and the samples of a baseline, as a share of the samples and as a number.
 */
const SPARE = { share: 0.25, count: 3 };
/**
 * Tells whether the number of exchanges is as if each sample brought a single exchange and no other client called: then
 * the number speaks for the samples as far as exchanges follow on samples at all. The times need not prove that the
 * exchanges come before the answers, since an agent's clock is known to some ms only. Where there are fewer or more
 * exchanges, other clients made at least a part of them.
 */
export const isOnePerLook = ({ asked, exchanges }: UnmarkedCount): boolean =>
  Math.abs(exchanges - asked) <= asked * SPARE.share + SPARE.count;
/** Samples that surely had a part in an exchange before or after the answer; in older records all samples. */
export const followedIn = ({ looks, followed = looks }: UnmarkedCount): Trials => ({ of: looks, hit: followed });
