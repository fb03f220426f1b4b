import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLatencyHistogram } from "../../agent/metrics/latency-histogram.ts";
import { readLatencies } from "./histogram.ts";
import { addCells, CELLS, cellOf, quantileMs } from "./latency-cells.ts";

const read = (text: string): number[] => {
  const counts: number[] = [];
  readLatencies(text, counts);
  return counts;
};
const told = (...latenciesMs: readonly number[]): string => {
  const latencies = createLatencyHistogram();
  for (const ms of latenciesMs) latencies.record(ms);
  return latencies.take();
};

describe("latencies that an agent tells", () => {
  it("are read back, each within 7% of what it was", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 7_200_000_000 }), { minLength: 1, maxLength: 100 }), (us) => {
        const cells = new Uint32Array(CELLS);
        addCells(cells, read(told(...us.map((value) => value / 1_000))));
        expect(cells.reduce((sum, count) => sum + count, 0)).toBe(us.length);
        const sorted = us.toSorted((a, b) => a - b);
        for (const share of [0.5, 0.95, 1]) {
          const meant = sorted[Math.ceil(us.length * share) - 1]! / 1_000;
          expect(Math.abs(quantileMs(cells, share)! - meant)).toBeLessThanOrEqual(Math.max(0.001, meant * 0.07));
        }
      }),
    );
  });
  it("are counted as often as they came", () => {
    expect(read(told(5, 5, 5))).toEqual([cellOf(5_000), 3]);
  });
  it("are none where there is nothing, or nothing that can be read", () => {
    const bomb = deflateSync(Buffer.alloc(50_000_000));
    const head = Buffer.alloc(8);
    head.writeInt32BE(0x1c849314, 0);
    for (const text of ["", "nonsense", told(5).slice(0, 30), Buffer.concat([head, bomb]).toString("base64")])
      expect(read(text)).toEqual([]);
  });
});

describe("cells", () => {
  it("rise with the latency, and never run out", () => {
    let before = -1;
    for (let us = 0; us < 2 ** 40; us = Math.ceil(us * 1.01) + 1) {
      expect(cellOf(us)).toBeGreaterThanOrEqual(before);
      before = cellOf(us);
    }
    expect(before).toBe(CELLS - 1);
  });
  it("know no quantile of nothing", () => {
    expect(quantileMs(new Uint32Array(CELLS), 0.5)).toBeNull();
  });
});
