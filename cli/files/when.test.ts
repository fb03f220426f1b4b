import { describe, expect, it } from "vitest";
import { parseSpan, parseWhen } from "./when.ts";

const NOW_MS = Date.parse("2026-03-10T12:00:00Z");

describe("a moment", () => {
  it.each([
    ["2h", "2026-03-10T10:00:00.000Z"],
    ["7d", "2026-03-03T12:00:00.000Z"],
    ["2026-01-31", "2026-01-31T00:00:00.000Z"],
    ["2026-01-31T09:00:00+01:00", "2026-01-31T08:00:00.000Z"],
    ["2026-01-31T09:00Z", "2026-01-31T09:00:00.000Z"],
  ])("is so long ago, a day, or a time with its offset: %s", (text, iso) => {
    expect(parseWhen("--since", text, NOW_MS)).toBe(iso);
  });
  // A time without an offset would mean another moment on another machine.
  it.each(["2026-01-31T09:00:00", "yesterday", "2", "2w", "-2h", "2026-13-01", ""])("%j is refused", (text) => {
    expect(() => parseWhen("--since", text, NOW_MS)).toThrow("expected how long ago");
  });
});
describe("a span", () => {
  it("is a whole number of seconds, minutes, hours or days", () => {
    expect(["90s", "30m", "12h", "90d"].map((text) => parseSpan("--expires", text))).toEqual([
      ...[90_000, 1_800_000, 43_200_000, 7_776_000_000],
    ]);
    expect(() => parseSpan("--expires", "1.5h")).toThrow("--expires 1.5h: expected a duration");
  });
});
