import fc from "fast-check";
import { decodeFromCompressedBase64 } from "hdr-histogram-js";
import { expect, test } from "vitest";
import { createLatencyHistogram } from "./latency-histogram.ts";

test("every latency is read back by HdrHistogram within its 3 digits", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 7_200_000_000 }), { minLength: 1, maxLength: 200 }), (us) => {
      const latencies = createLatencyHistogram();
      for (const value of us) latencies.record(value / 1_000);
      const read = decodeFromCompressedBase64(latencies.take());
      expect(read.totalCount).toBe(us.length);
      const sorted = [...us].sort((a, b) => a - b);
      for (const [percentile, value] of [
        [50, sorted[Math.ceil(us.length / 2) - 1]!],
        [100, sorted.at(-1)!],
      ] as const) {
        const got = read.getValueAtPercentile(percentile);
        expect(Math.abs(got - value)).toBeLessThanOrEqual(Math.max(1, value / 1_000));
      }
    }),
  );
});

test("what was taken is not told again, and nothing is told of nothing", () => {
  const latencies = createLatencyHistogram();
  expect(latencies.take()).toBe("");
  latencies.record(12);
  expect(latencies.take()).not.toBe("");
  expect(latencies.take()).toBe("");
  latencies.record(30_000);
  expect(decodeFromCompressedBase64(latencies.take()).totalCount).toBe(1);
});

test("a latency below zero or beyond two hours is counted at the end of the scale", () => {
  const latencies = createLatencyHistogram();
  latencies.record(-3);
  latencies.record(1e12);
  const read = decodeFromCompressedBase64(latencies.take());
  expect(read.totalCount).toBe(2);
  expect(read.maxValue).toBeGreaterThanOrEqual(7_200_000_000);
});

test("a quantile is one of the values, to 3 digits, and takes nothing away", () => {
  const latencies = createLatencyHistogram();
  expect(latencies.quantileMs(0.99)).toBeNull();
  for (let ms = 1; ms <= 1_000; ms++) latencies.record(ms);
  for (const share of [0.01, 0.5, 0.99, 1]) {
    const off = Math.abs(latencies.quantileMs(share)! / (share * 1_000) - 1);
    expect(off).toBeLessThan(0.001);
  }
  expect(latencies.take()).not.toBe("");
  expect(latencies.quantileMs(0.5)).toBeNull();
});

test("a histogram holds memory for the latencies that came, and gives it on once they are taken", () => {
  const histograms = Array.from({ length: 1_000 }, createLatencyHistogram);
  const fill = () => {
    const before = process.memoryUsage().arrayBuffers;
    for (const histogram of histograms) for (const ms of [0.9, 1, 1.1, 900]) histogram.record(ms);
    return (process.memoryUsage().arrayBuffers - before) / 2 ** 20;
  };
  expect(fill()).toBeLessThan(6);
  const texts = new Set(histograms.map((histogram) => histogram.take()));
  expect([...texts].map((text) => decodeFromCompressedBase64(text).totalCount)).toEqual([4]);
  expect(fill()).toBeLessThan(5);
  expect(new Set(histograms.map((histogram) => histogram.take()))).toEqual(texts);
});
