/**
 * Exact bounds of a rate from counts of independent trials, by way of the regularised incomplete beta function.
 * Statistics only: `blast-radius/leak.ts` and `verdict/bounds.ts` give the numbers a meaning.
 */

/** Lanczos' approximation of ln Γ, g = 7 (Numerical Recipes 6.1; coefficients by P. Godfrey): 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;
const logGamma = (x: number): number => {
  const base = x + 6.5;
  const series = LANCZOS.reduce((sum, coefficient, i) => (i === 0 ? coefficient : sum + coefficient / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(base) - base + Math.log(series);
};
/** ln B(a, b) for a, b > 0. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

const TINY = 1e-300;
const nonzero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
/** The continued fraction of the incomplete beta function by Lentz's method (Numerical Recipes 6.4); quick for x < (a + 1) / (a + b + 2). */
const fractionOf = (x: number, a: number, b: number): number => {
  let c = 1;
  let d = 1 / nonzero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  // Convergence takes about the root of the larger parameter; the cap is beyond any count that is kept.
  for (let i = 1; i <= 100_000; i++) {
    const even = (i * (b - i) * x) / ((a + 2 * i - 1) * (a + 2 * i));
    d = 1 / nonzero(1 + even * d);
    c = nonzero(1 + even / c);
    value *= d * c;
    const odd = (-(a + i) * (a + b + i) * x) / ((a + 2 * i) * (a + 2 * i + 1));
    d = 1 / nonzero(1 + odd * d);
    c = nonzero(1 + odd / c);
    value *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return value;
};
/** I_x(a, b), the probability that a beta(a, b) variable is at most x. Also P(X ≥ a) for X binomial(a + b - 1, x). */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
  return x < (a + 1) / (a + b + 2) ? (front * fractionOf(x, a, b)) / a : 1 - (front * fractionOf(1 - x, b, a)) / b;
};

/**
 * Returns the x at which `incompleteBeta(x, a, b)` is `share`: Newton's steps, halving where a step would leave the
 * bracket.
 */
const betaQuantile = (share: number, a: number, b: number): number => {
  const norm = logBeta(a, b);
  let [low, high, x] = [0, 1, a / (a + b)];
  for (let i = 0; i < 200; i++) {
    const off = incompleteBeta(x, a, b) - share;
    if (off > 0) high = x;
    else low = x;
    const density = Math.exp((a - 1) * Math.log(x) + (b - 1) * Math.log1p(-x) - norm);
    const newton = x - off / density;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= 1e-14 * next) return next;
    x = next;
  }
  return x;
};

/**
 * Greatest rate of bad trials that `bad` of `n` do not refute: exact, one-sided, wrong with at most probability `alpha`
 * (Clopper and Pearson, Biometrika 1934). 1 without trials.
 */
export const upperBound = (bad: number, n: number, alpha: number): number => {
  if (bad >= n) return 1;
  return bad === 0 ? -Math.expm1(Math.log(alpha) / n) : betaQuantile(1 - alpha, bad + 1, n - bad);
};
/**
 * Least rate of bad trials that `bad` of `n` do not refute; exact and one-sided like `upperBound`. 0 without bad
 * trials.
 */
export const lowerBound = (bad: number, n: number, alpha: number): number => {
  if (bad <= 0) return 0;
  return bad >= n ? Math.exp(Math.log(alpha) / n) : betaQuantile(alpha, bad, n - bad + 1);
};

/** Standard deviations below the mean: at most five counts of a thousand are further off, skew and small numbers included. */
const FAR = 2.75;
/** Trials of a rate: `hit` of `of` succeeded, give or take `doubt`. */
export interface Trials {
  readonly of: number;
  readonly hit: number;
  /** `hit` is an estimate, off by no more but for few times in ten thousand; absent: a count. */
  readonly doubt?: number;
}
/**
 * Least number of successes among `n` future trials, each a success at the rate seen in `hit` of `of` trials and then
 * drawn with `share`; wrong five times in a thousand. Prediction bound of a binomial count: the variance of the
 * estimate and the variance of the future count together (Nelson 1982, 6.4), about the centre of Agresti and Coull (The
 * American Statistician 1998). `together`: number of trials that are drawn as a group.
 */
export const leastAhead = (n: number, { of, hit, doubt = 0 }: Trials, share: number, together = 1): number => {
  const trials = of + FAR ** 2;
  const rate = (hit + FAR ** 2 / 2) / trials;
  const mean = n * rate * share;
  const drawn = n * rate * share * (1 - share) * together;
  const coming = n * share ** 2 * rate * (1 - rate);
  const estimated = (n * share) ** 2 * ((rate * (1 - rate)) / trials);
  const doubted = ((n * share) / trials) * doubt;
  return mean - Math.hypot(FAR * Math.sqrt(estimated + coming + drawn), doubted);
};

/** ln of the binomial coefficient. */
const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
/**
 * Least number of successes among `later` trials of the same rate as the `hit` of `of` earlier trials; wrong with at
 * most probability `alpha`, exactly: given the total number of failures, their places are a draw without replacement
 * (Thatcher, Journal of the Royal Statistical Society B 1964).
 */
export const leastLater = (later: number, { of, hit }: Trials, alpha: number): number => {
  const failed = of - hit;
  /** Probability that, of so many failures more than before, all fall on later trials. */
  const chanceOf = (more: number): number => {
    const all = logChoose(of + later, failed + more);
    let sum = 0;
    for (let early = Math.max(0, failed + more - later); early <= failed; early++)
      sum += Math.exp(logChoose(of, early) + logChoose(later, failed + more - early) - all);
    return sum;
  };
  let [low, high] = [0, later];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (chanceOf(middle) > alpha) low = middle;
    else high = middle - 1;
  }
  return later - low;
};
