/** Statistics of the bench: medians, quantiles, and orders that chance draws from a seed. */

/** Linear congruential generator (Knuth's constants of Numerical Recipes): numbers from 0 to below 1, the same for a seed. */
export const seededChance = (seed: number): (() => number) => {
  let state = (Math.imul(seed, 0x9e3779b1) + 1) >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

/** Fisher-Yates shuffle with a seed: each run of the bench has the same orders, and each round has a different order. */
export const shuffled = <T>(items: readonly T[], seed: number): T[] => {
  const list = [...items];
  const chance = seededChance(seed);
  for (let last = list.length - 1; last > 0; last--) {
    const pick = Math.floor(chance() * (last + 1));
    [list[last], list[pick]] = [list[pick]!, list[last]!];
  }
  return list;
};

/** Smallest value that at least `share` of the values do not exceed (nearest rank); NaN: no values. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
};
/** Middle value, or the mean of the middle two; NaN: no values. */
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
/** Median over the rounds of a ratio taken inside each round; NaN: a round has no finite ratio. */
export const pairedRatio = (values: readonly number[], base: readonly number[]): number =>
  median(values.map((value, round) => value / base[round]!));
