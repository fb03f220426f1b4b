import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countLatencies, latencyQuantiles, sumLatencies } from "./latency-counts.ts";

const exact = (sorted: readonly number[], share: number) => sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)]!;

describe("counts of latencies", () => {
  it("give quantiles within 2% of the exact ones, however they were split into tallies", () => {
    const latencies = fc.array(fc.double({ min: 0.05, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(latencies, fc.nat(200), (all, cut) => {
        const counts = sumLatencies([countLatencies(all.slice(0, cut)), countLatencies(all.slice(cut))]);
        expect(counts).toEqual(countLatencies(all));
        const sorted = all.toSorted((a, b) => a - b);
        const { n, p50, p95, p99 } = latencyQuantiles(counts)!;
        expect(n).toBe(all.length);
        for (const [told, share] of [
          [p50, 0.5],
          [p95, 0.95],
          [p99, 0.99],
        ] as const)
          expect(Math.abs(told - exact(sorted, share))).toBeLessThanOrEqual(0.03 * exact(sorted, share) + 0.001);
      }),
    );
  });
  it("are short: 40 latencies around 12 ms take fewer than 60 numbers", () => {
    expect(countLatencies(Array.from({ length: 40 }, (_, i) => 10 + i / 10)).length).toBeLessThan(60);
  });
  it("say nothing of nothing", () => {
    expect(latencyQuantiles([])).toBeNull();
    expect(countLatencies([])).toEqual([]);
  });
});
