import { describe, expect, it } from "vitest";
import { addressOf, NEWEST, playheadOf, shownAt, stepFrom } from "./playhead.ts";

describe("the playhead", () => {
  it("goes with the run until a moment is chosen", () => {
    expect(shownAt(NEWEST, 0, 9_000)).toBeNull();
    expect(shownAt({ is: "still", atMs: 4_000 }, 99_999, 9_000)).toBe(4_000);
  });
  it("moves as fast as it was told", () => {
    const moving = { is: "moving", fromMs: 1_000, sinceMs: 500, speed: 4 } as const;
    expect(shownAt(moving, 500, 60_000)).toBe(1_000);
    expect(shownAt(moving, 1_500, 60_000)).toBe(5_000);
    // A clock value from before the start does not move the playhead back.
    expect(shownAt(moving, 100, 60_000)).toBe(1_000);
  });
  it("becomes the newest when it comes to the end", () => {
    expect(shownAt({ is: "moving", fromMs: 0, sinceMs: 0, speed: 16 }, 1_000, 16_000)).toBeNull();
  });
  it("never shows what has not happened yet", () => {
    expect(shownAt({ is: "still", atMs: 50_000 }, 0, 9_000)).toBe(9_000);
  });
  it("is read from an address and written to it", () => {
    expect(playheadOf(addressOf(12_345.6)!)).toEqual({ is: "still", atMs: 12_346 });
    expect(addressOf(null)).toBeUndefined();
    for (const nonsense of [null, "", "-1", "1e9", "abc", "99999999999"]) expect(playheadOf(nonsense)).toBe(NEWEST);
  });
  it("steps to the event before and after", () => {
    const times = [1_000, 1_000, 5_000];
    expect(stepFrom(times, 1_000, 1)).toBe(5_000);
    expect(stepFrom(times, 5_000, -1)).toBe(1_000);
    expect(stepFrom(times, 1_000, -1)).toBeNull();
    expect(stepFrom(times, 5_000, 1)).toBeNull();
  });
});
