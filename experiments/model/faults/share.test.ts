import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chance } from "../statistics/random.ts";
import { decides, shareAt } from "./share.ts";

const draws = (seed: number, n: number) =>
  Array.from({ length: n }, (_, i) => chance(seed, "slow", "a->b", "agent-1", i + 1));

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
