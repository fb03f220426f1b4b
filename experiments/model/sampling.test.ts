import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chance, decides, dice, shareAt } from "./sampling.ts";

const draws = (seed: number, n: number) =>
  Array.from({ length: n }, (_, i) => chance(seed, "slow", "a->b", "agent-1", i + 1));

describe("chance", () => {
  it("gives the same number for the same seed and key, in every process", () => {
    // Fixed for ever: another number here would silently change which requests every recorded seed hits.
    expect(draws(42, 3)).toEqual(PINNED);
    expect(chance(42, "slow", "a->b")).toBe(chance(42, "slow", "a->b"));
  });
  it("gives another sequence for another seed", () => {
    expect(draws(42, 50)).not.toEqual(draws(43, 50));
  });
  it("does not let the parts of a key run into each other", () => {
    expect(chance(1, "a", "bc")).not.toBe(chance(1, "ab", "c"));
    expect(chance(1, "1", 2)).not.toBe(chance(11, 2));
  });
  it("is uniform: every tenth of [0, 1) gets its tenth of 20,000 neighbouring keys", () => {
    const tenths = new Array<number>(10).fill(0);
    for (const draw of draws(7, 20_000)) tenths[Math.floor(draw * 10)]!++;
    // Five standard deviations of a binomial with p = 0.1.
    for (const count of tenths) expect(Math.abs(count - 2_000)).toBeLessThan(5 * Math.sqrt(20_000 * 0.1 * 0.9));
  });
  it("stays within [0, 1) for any seed and key", () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.string()), (seed, key) => {
        const draw = chance(seed, ...key);
        return draw >= 0 && draw < 1;
      }),
    );
  });
});

describe("a share", () => {
  it("contains what every smaller share contains", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (key, a, b) => {
          const draw = chance(1, key);
          return !decides(Math.min(a, b), draw) || decides(Math.max(a, b), draw);
        },
      ),
    );
  });
  it("of 0 contains nothing, of 1 everything", () => {
    for (const draw of draws(3, 1_000)) expect([decides(0, draw), decides(1, draw)]).toEqual([false, true]);
  });
  it("of a fifth hits a fifth", () => {
    const hits = draws(5, 10_000).filter((draw) => decides(0.2, draw)).length;
    expect(Math.abs(hits - 2_000)).toBeLessThan(200);
  });
  it("steps up by the time since the fault went live, and stays on its last step", () => {
    const share = { steps: [0.01, 0.05, 0.25], eachMs: 30_000, by: "request" as const };
    expect([0, 29_999, 30_000, 60_000, 1e9].map((ms) => shareAt(share, ms))).toEqual([0.01, 0.01, 0.05, 0.25, 0.25]);
    expect(shareAt({ steps: [0.5], eachMs: 0, by: "request" }, 1e9)).toBe(0.5);
  });
});

describe("dice", () => {
  it("roll the same sequence for one key and different ones for two", () => {
    const rolls = (key: number) => {
      const roll = dice(42, "slow", key);
      return [roll(), roll(), roll()];
    };
    expect(rolls(1)).toEqual(rolls(1));
    expect(rolls(1)).not.toEqual(rolls(2));
    expect(new Set(rolls(1)).size).toBe(3);
  });
});

const PINNED = [0.2563377293632211, 0.055012376018886866, 0.3742115361523518];
