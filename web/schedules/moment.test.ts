import { describe, expect, it } from "vitest";
import { hoursOf, localIn, ticksOf, untilOf } from "./moment.ts";

const NOW = Date.parse("2026-07-13T08:20:00Z");

describe("moments of a schedule", () => {
  it("are as far away as they are, in two units at most", () => {
    expect([0, 30_000, 60_000, 7_500_000, 100_000_000, 172_800_000].map(untilOf)).toEqual([
      ...["now", "in less than a minute", "in 1 min", "in 2 h 5 min", "in 1 d 3 h", "in 2 d"],
    ]);
  });
  it("are said in the schedule's own zone, if the browser knows it", () => {
    expect(localIn("2026-07-13T08:15:00Z", "Europe/Berlin")).toBe("Mon 10:15");
    expect(localIn("2026-07-13T22:15:00Z", "Europe/Berlin")).toBe("Tue 00:15");
    expect(localIn("2026-07-13T08:15:00Z", "Mars/Olympus")).toBeNull();
  });
  it("stand on the strip where they fall, and beyond a day not at all", () => {
    const next = [
      { startAt: "2026-07-13T20:20:00Z", skipped: null },
      { startAt: "2026-07-14T08:21:00Z", skipped: "freeze" },
      { startAt: "2026-07-13T08:19:00Z", skipped: null },
    ];
    expect(ticksOf(next, NOW)).toEqual([{ at: "2026-07-13T20:20:00Z", place: 0.5, skipped: null }]);
  });
  it("have hours beneath them, rising", () => {
    const hours = hoursOf(NOW, 6);
    expect(hours.length).toBe(4);
    expect(hours.map(({ place }) => place)).toEqual([...hours.map(({ place }) => place)].sort((a, b) => a - b));
  });
});
