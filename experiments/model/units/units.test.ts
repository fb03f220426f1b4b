import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compares, formatComparison, parseComparison } from "./comparison.ts";
import { formatDuration, parseDuration } from "./duration.ts";
import { formatRate, parseRate } from "./rate.ts";
import { parseAdded, parseTimes } from "./relative.ts";
import { formatShare, parseShare } from "./share.ts";
import { formatSize, parseSize } from "./size.ts";

describe("units", () => {
  it.each([
    ["250ms", 250],
    ["1.5s", 1_500],
    ["2m", 120_000],
    ["24h", 86_400_000],
    ["0s", 0],
    ["25h", null],
    ["20", null],
    ["-1s", null],
    ["1 s", null],
    [" 1s", null],
    ["1e3ms", null],
    ["1s\n", null],
  ])("the duration %j is %j ms", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it("reads shares, and 99.9% as the very number 0.999", () => {
    expect(["99.9%", "0%", "100%", "5%"].map(parseShare)).toEqual([0.999, 0, 1, 0.05]);
    expect(["101%", "0.5", "5", "-5%", "%"].map(parseShare)).toEqual([null, null, null, null, null]);
  });

  it("reads rates, sizes, comparisons, added shares and factors", () => {
    expect(["40/s", "90/m", "0/s", "40"].map(parseRate)).toEqual([40, 1.5, null, null]);
    expect(["64KiB", "1MB", "10B", "1.5KB", "10"].map(parseSize)).toEqual([65_536, 1_000_000, 10, 1_500, null]);
    expect(parseComparison("<= 0.01")).toEqual({ operator: "<=", number: 0.01 });
    expect(["=< 1", "1", "<", "~ 1"].map(parseComparison)).toEqual([null, null, null, null]);
    expect(["+1%", "1%", "+200%"].map(parseAdded)).toEqual([0.01, null, null]);
    expect(["2x", "1x", "0.9x", "2"].map(parseTimes)).toEqual([2, 1, null, null]);
  });

  it("compares as the operator says", () => {
    const met = (text: string, value: number) => compares(value, parseComparison(text)!);
    expect([met("<= 1", 1), met("< 1", 1), met(">= 1", 1), met("> 1", 1), met("== 1", 1), met("!= 1", 1)]).toEqual([
      true,
      false,
      true,
      false,
      true,
      false,
    ]);
    expect(met("< 1", Number.NaN)).toBe(false);
  });

  it("reads back what it writes", () => {
    const whole = fc.nat(86_400_000);
    fc.assert(
      fc.property(whole, (ms) => parseDuration(formatDuration(ms)) === ms),
      { numRuns: 5_000 },
    );
    fc.assert(fc.property(fc.nat(2 ** 31), (bytes) => parseSize(formatSize(bytes)) === bytes));
    fc.assert(fc.property(fc.nat(10_000), (share) => parseShare(formatShare(share / 10_000)) === share / 10_000));
    fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), (rate) => parseRate(formatRate(rate)) === rate));
    const comparison = { operator: ">=", number: 1.5 } as const;
    expect(parseComparison(formatComparison(comparison))).toEqual(comparison);
  });
});
