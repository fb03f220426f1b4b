import { describe, expect, it } from "vitest";
import { incompleteBeta, leastAhead, leastLater, logBeta, lowerBound, upperBound } from "./binomial.ts";

/** P(X ≤ k) for X binomial(n, p), added up term by term. */
const atMost = (k: number, n: number, p: number): number => {
  let term = (1 - p) ** n;
  let sum = term;
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p));
    sum += term;
  }
  return sum;
};

describe("the incomplete beta function", () => {
  it("has the values that are known in closed form", () => {
    expect(logBeta(2, 3)).toBeCloseTo(Math.log(1 / 12), 13);
    expect(logBeta(0.5, 0.5)).toBeCloseTo(Math.log(Math.PI), 13);
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(incompleteBeta(0.5, 7, 7)).toBeCloseTo(0.5, 14);
    expect(incompleteBeta(0.2, 2, 3)).toBeCloseTo(0.1808, 14);
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1]);
  });
  it("is the tail of the binomial distribution", () => {
    for (const [n, p] of [
      [20, 0.3],
      [200, 0.02],
      [400, 0.4],
    ] as const)
      for (const k of [0, 1, Math.floor(n / 3), n - 2])
        expect(incompleteBeta(p, k + 1, n - k)).toBeCloseTo(1 - atMost(k, n, p), 11);
  });
});

describe("the bounds of a rate", () => {
  it("are those of Clopper and Pearson as R prints them", () => {
    // binom.test(682, 925): 95% two-sided, 0.7076683 0.7654066.
    expect(lowerBound(682, 925, 0.025)).toBeCloseTo(0.7076683, 7);
    expect(upperBound(682, 925, 0.025)).toBeCloseTo(0.7654066, 7);
    // binom.test(3, 20): 0.03207094 0.37892683.
    expect(lowerBound(3, 20, 0.025)).toBeCloseTo(0.03207094, 8);
    expect(upperBound(3, 20, 0.025)).toBeCloseTo(0.37892683, 8);
  });
  it("say what 0 of 160, and 0 of 21, and 0 of 299 show", () => {
    expect(1 - upperBound(0, 160, 0.05)).toBeCloseTo(0.9815, 4);
    expect(1 - upperBound(0, 21, 0.05)).toBeCloseTo(0.8671, 4);
    expect(1 - upperBound(0, 299, 0.05)).toBeGreaterThan(0.99);
    expect(1 - upperBound(0, 298, 0.05)).toBeLessThan(0.99);
  });
  it("know nothing of what was not tried, and end at 0 and 1", () => {
    expect([lowerBound(0, 0, 0.05), upperBound(0, 0, 0.05)]).toEqual([0, 1]);
    expect([lowerBound(0, 9, 0.05), upperBound(9, 9, 0.05)]).toEqual([0, 1]);
    expect(lowerBound(9, 9, 0.05)).toBeCloseTo(0.05 ** (1 / 9), 14);
  });
  it("are the rates at which the count would be just so unlikely, however small alpha and however many trials", () => {
    for (const [bad, n, alpha] of [
      [1, 200, 1.25e-5],
      [7, 50, 0.05],
      [40, 200, 1e-6],
      [150, 200, 1e-4],
    ] as const) {
      expect(Math.log(atMost(bad, n, upperBound(bad, n, alpha)))).toBeCloseTo(Math.log(alpha), 6);
      expect(1 - atMost(bad - 1, n, lowerBound(bad, n, alpha))).toBeCloseTo(alpha, 8);
    }
    const wide = upperBound(6_000, 300_000, 1.25e-5);
    expect(incompleteBeta(wide, 6_001, 294_000)).toBeCloseTo(1 - 1.25e-5, 9);
    expect(wide).toBeGreaterThan(0.02);
    expect(wide).toBeLessThan(0.0212);
  });
});

describe("what surely comes of trials ahead", () => {
  /** P(X = k), X binomial(n, p), for each k. */
  const chances = (n: number, p: number): readonly number[] => {
    const sums = Array.from({ length: n + 1 }, (_, k) => (p === 1 ? Number(k === n) : atMost(k, n, p)));
    return sums.map((sum, k) => sum - (sums[k - 1] ?? 0));
  };
  const below = (least: number, n: number, p: number) =>
    least <= 0 ? 0 : p === 1 ? Number(n < least) : atMost(Math.ceil(least - 1e-9) - 1, n, p);
  it("is less than said five times in a thousand at most, whatever was seen before, and whatever rate there is", () => {
    for (const of of [30, 200])
      for (const n of [60, 400])
        for (const share of [1, 0.5, 0.1])
          for (const rate of [0.05, 0.1, 0.3, 0.6, 0.95, 1]) {
            const wrong = chances(of, rate).reduce(
              (sum, chance, hit) =>
                sum + chance * below(Math.floor(leastAhead(n, { of, hit }, share)), n, rate * share),
              0,
            );
            expect([of, n, share, rate, wrong <= 0.005]).toEqual([of, n, share, rate, true]);
          }
  });
  it("is less than said as often as asked for at most, where all that come count", () => {
    for (const of of [30, 200])
      for (const n of [60, 400])
        for (const alpha of [0.005, 0.05])
          for (const rate of [0.05, 0.3, 0.6, 0.95, 1]) {
            const wrong = chances(of, rate).reduce(
              (sum, chance, hit) => sum + chance * below(leastLater(n, { of, hit }, alpha), n, rate),
              0,
            );
            expect([of, n, alpha, rate, wrong <= alpha]).toEqual([of, n, alpha, rate, true]);
          }
    expect(leastLater(400, { of: 200, hit: 200 }, 0.005)).toBeGreaterThan(380);
  });
  it("is less where what is known is doubted, or drawn together", () => {
    const plain = leastAhead(400, { of: 200, hit: 120 }, 0.5);
    expect(leastAhead(400, { of: 200, hit: 120, doubt: 30 }, 0.5)).toBeLessThan(plain - 5);
    expect(leastAhead(400, { of: 200, hit: 120 }, 0.5, 4)).toBeLessThan(plain - 5);
  });
});
