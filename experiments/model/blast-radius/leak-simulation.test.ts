/**
 * Properties of the leak test (PROOF.md 5), by simulation from a seed: no leak in harmless runs whose services fail in
 * bursts and drift, and planted damage found in time. This simulation set the numbers of `leak.ts` against bursts.
 */
import { describe, expect, it } from "vitest";
import { often } from "../../../test/soak.ts";
import {
  damagedSince,
  openTest,
  p95BoundRank,
  SLOW_MARGIN,
  type StreamTest,
  slowAfterMs,
  watchSecond,
} from "./leak.ts";

/** Mulberry32, and draws made with Mulberry32. */
const chanceOf = (seed: number) => {
  let state = seed >>> 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number): number => {
    if (mean > 50) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal()));
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count++;
    return count;
  };
  /** By the gaps between successes. */
  const binomial = (n: number, p: number): number => {
    if (p <= 0 || n === 0) return 0;
    if (p > 0.5) return n - binomial(n, 1 - p);
    const gap = () => Math.floor(Math.log(1 - uniform()) / Math.log1p(-p));
    let count = 0;
    for (let at = gap(); at < n; at += 1 + gap()) count++;
    return count;
  };
  const between = (low: number, high: number) => low + (high - low) * uniform();
  const evenly = (low: number, high: number) => low * (high / low) ** uniform();
  return { uniform, normal, poisson, binomial, between, evenly };
};
type Chance = ReturnType<typeof chanceOf>;

const ERRORS = 0.01;
const P95 = 2;
/** Service with latencies that are lognormal about 100 ms. */
const latencyOf = ({ normal }: Chance, spread: number, times = 1): number => 100 * times * Math.exp(spread * normal());
const isOver = (test: StreamTest, seconds: number, trials: () => { n: number; bad: number }): boolean => {
  let now = test;
  for (let i = 0; i < seconds; i++) {
    now = watchSecond(now, trials(), i * 1_000);
    if (damagedSince(now) !== null) return true;
  }
  return false;
};

interface Nature {
  readonly perSecond: number;
  /** Seconds of baseline and of `during`. */
  readonly baseline: number;
  readonly during: number;
  readonly streams: number;
}
/** Natural failures in bursts within a second. */
const failsFalsely = (chance: Chance, { perSecond, baseline, during, streams }: Nature): boolean => {
  const rate = chance.between(0, 0.02);
  const burst = 1 + Math.floor(20 * chance.uniform());
  const [load, errors] = [chance.between(0.7, 1.3), chance.between(0.7, 1.3)];
  const second = (busy: number, worse: number) => {
    const n = chance.poisson(perSecond * busy);
    return { n, bad: Math.min(n, burst * chance.poisson((n * rate * worse) / burst)) };
  };
  const sum = { n: 0, bad: 0 };
  for (let i = 0; i < baseline; i++) {
    const { n, bad } = second(1, 1);
    sum.n += n;
    sum.bad += bad;
  }
  return isOver(openTest(sum, ERRORS, streams), during, () => second(load, errors));
};
/** Threshold T of a baseline, and a test with T; null: too few latencies to define slow. */
const slowTest = (latencies: readonly number[], streams: number) => {
  const rank = p95BoundRank(latencies.length);
  if (rank === null) return null;
  const afterMs = slowAfterMs(latencies.toSorted((a, b) => a - b)[rank - 1]!, P95);
  const bad = latencies.filter((ms) => ms > afterMs).length;
  return { afterMs, test: openTest({ n: latencies.length, bad }, SLOW_MARGIN, streams) };
};
/** Latencies that drift, and bursts of slow answers, in the baseline alike. */
const slowsFalsely = (chance: Chance, { perSecond, baseline, during, streams }: Nature): boolean => {
  const spread = chance.between(0.1, 0.8);
  const [load, drift] = [chance.between(0.7, 1.3), chance.between(0.7, 1.3)];
  const second = (busy: number, times: number) => {
    const n = chance.poisson(Math.min(60, perSecond) * busy);
    const stalled = chance.uniform() < 0.02 ? Math.ceil(20 * chance.uniform()) : 0;
    return Array.from({ length: n }, (_, i) => latencyOf(chance, spread, times) + (i < stalled ? 2_000 : 0));
  };
  const known = slowTest(Array.from({ length: baseline }, () => second(1, 1)).flat(), streams);
  if (known === null) return false;
  return isOver(known.test, during, () => {
    const all = second(load, drift);
    return { n: all.length, bad: all.filter((ms) => ms > known.afterMs).length };
  });
};

describe("a harmless run", () => {
  it(`has a leak in at most 0.5% of ${often(250, 5_000)} runs, whatever fails or slows down by itself`, () => {
    const [runs, timed] = [often(250, 5_000), often(40, 500)];
    const chance = chanceOf(20_261_129);
    let leaks = 0;
    for (let run = 0; run < runs; run++) {
      const edges = Math.round(chance.evenly(6, 200));
      const [baseline, during] = [Math.round(chance.between(10, 30)), Math.round(chance.between(20, 60))];
      let leaked = false;
      for (let edge = 0; edge < edges && !leaked; edge++) {
        const nature = { perSecond: chance.evenly(2, 500), baseline, during, streams: 2 * edges };
        leaked = failsFalsely(chance, nature) || (run < timed && slowsFalsely(chance, nature));
      }
      if (leaked) leaks++;
    }
    expect(leaks / runs).toBeLessThanOrEqual(0.005);
  }, 900_000);
});

describe("planted damage", () => {
  const TRIALS = often(1_000, 10_000);
  const share = (trial: () => boolean): number => Array.from({ length: TRIALS }, trial).filter(Boolean).length / TRIALS;
  const found = (rate: number, seconds: number, edges: number): number => {
    const chance = chanceOf(7);
    return share(() =>
      isOver(openTest({ n: 200, bad: 0 }, ERRORS, 2 * edges), seconds, () => ({
        n: 20,
        bad: chance.binomial(20, rate),
      })),
    );
  };
  const MESHES = [{ edges: 6 }, { edges: 50 }, { edges: 200 }];
  it.each(MESHES)(
    "of 30% errors at 20/s after 10 s of baseline, on one of $edges edges, is found within 6 s in 99% of runs",
    ({ edges }) => {
      expect(found(0.3, 6, edges)).toBeGreaterThanOrEqual(0.99);
    },
  );
  it.each(MESHES)("of 20% errors on one of $edges edges is found within 10 s in 95% of runs", ({ edges }) => {
    expect(found(0.2, 10, edges)).toBeGreaterThanOrEqual(0.95);
  });
  it.each(MESHES)("of answers 3 × as slow on one of $edges edges is found within 6 s in 99% of runs", ({ edges }) => {
    const chance = chanceOf(11);
    const trial = () => {
      const spread = 0.15;
      const known = slowTest(
        Array.from({ length: 200 }, () => latencyOf(chance, spread)),
        2 * edges,
      )!;
      return isOver(known.test, 6, () => {
        const slow = Array.from({ length: 20 }, () => latencyOf(chance, spread, 3));
        return { n: 20, bad: slow.filter((ms) => ms > known.afterMs).length };
      });
    };
    expect(share(trial)).toBeGreaterThanOrEqual(0.99);
  });
  it("is found as well when it begins only after a while, and not before it has begun", () => {
    const chance = chanceOf(13);
    let test = openTest({ n: 200, bad: 0 }, ERRORS, 12);
    for (let i = 0; i < 20; i++) test = watchSecond(test, { n: 20, bad: 0 }, i * 1_000);
    expect(damagedSince(test)).toBeNull();
    for (let i = 20; i < 30; i++) test = watchSecond(test, { n: 20, bad: chance.binomial(20, 0.4) }, i * 1_000);
    expect(damagedSince(test)).toBe(20_000);
  });
});
