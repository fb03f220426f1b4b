import { describe, expect, it } from "vitest";
import { BULK, isPattern } from "./pattern.ts";

describe("the pattern of bulk transfers", () => {
  it("is found in any part, at the part's own offset, also beyond a MiB", () => {
    for (const [from, to] of [
      [0, 1],
      [250, 252],
      [65_536, 131_072],
      [999, 3_000_000],
      [BULK.length - 5, BULK.length],
    ] as const)
      expect(isPattern(BULK.subarray(from, to), from)).toBe(true);
    expect(isPattern(Buffer.alloc(0), 7)).toBe(true);
  });

  it("shows a byte that is changed, lost or doubled", () => {
    const changed = Buffer.from(BULK.subarray(0, 2_000_000));
    changed[1_500_000]! ^= 1;
    expect(isPattern(changed, 0)).toBe(false);
    expect(isPattern(BULK.subarray(1_001, 2_000), 1_000)).toBe(false);
    expect(isPattern(BULK.subarray(999, 2_000), 1_000)).toBe(false);
  });

  it("shows a whole buffer that is lost or doubled, whatever the buffer's usual size", () => {
    for (const size of [1_448, 4_096, 16_384, 65_536, 262_144, 1_048_576])
      expect(isPattern(BULK.subarray(size, size + 500), 0), String(size)).toBe(false);
  });
});
