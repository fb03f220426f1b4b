import { describe, expect, it } from "vitest";
import { closesWithin, type Freeze, formatWindow, freezesWithin, isOpen, type Window } from "./window.ts";

const at = (text: string) => Date.parse(text);
const WORKDAYS: Window = { days: [1, 2, 3, 4], fromMinute: 9 * 60, toMinute: 16 * 60 + 30 };
const NIGHT: Window = { days: [5], fromMinute: 22 * 60, toMinute: 4 * 60 };
const BERLIN = "Europe/Berlin";

describe("windows", () => {
  it("are open at any time where there are none", () => {
    expect(isOpen([], "UTC", 0)).toBe(true);
    expect(closesWithin([], "UTC", { fromMs: 0, toMs: 1e9 })).toBeNull();
  });

  it("open and close by the clocks of their zone, in summer and in winter", () => {
    expect(isOpen([WORKDAYS], BERLIN, at("2026-07-15T06:59:59Z"))).toBe(false);
    expect(isOpen([WORKDAYS], BERLIN, at("2026-07-15T07:00:00Z"))).toBe(true);
    expect(isOpen([WORKDAYS], BERLIN, at("2026-01-14T07:30:00Z"))).toBe(false);
    expect(isOpen([WORKDAYS], BERLIN, at("2026-01-14T15:29:59Z"))).toBe(true);
    expect(isOpen([WORKDAYS], BERLIN, at("2026-01-14T15:30:00Z"))).toBe(false);
    expect(isOpen([WORKDAYS], BERLIN, at("2026-01-16T10:00:00Z"))).toBe(false);
  });

  it("belong to the day on which they opened when they go over midnight", () => {
    expect(isOpen([NIGHT], "UTC", at("2026-01-16T23:00:00Z"))).toBe(true);
    expect(isOpen([NIGHT], "UTC", at("2026-01-17T03:59:00Z"))).toBe(true);
    expect(isOpen([NIGHT], "UTC", at("2026-01-17T04:00:00Z"))).toBe(false);
    expect(isOpen([NIGHT], "UTC", at("2026-01-17T23:00:00Z"))).toBe(false);
    expect(isOpen([NIGHT], "UTC", at("2026-01-16T03:00:00Z"))).toBe(false);
  });

  it("tell when they close within a span, whose end is not part of it", () => {
    const fromMs = at("2026-01-14T15:20:10Z");
    expect(closesWithin([WORKDAYS], BERLIN, { fromMs, toMs: at("2026-01-14T15:30:00Z") })).toBeNull();
    expect(closesWithin([WORKDAYS], BERLIN, { fromMs, toMs: at("2026-01-14T15:30:01Z") })).toBe(
      at("2026-01-14T15:30:00Z"),
    );
    const shut = at("2026-01-14T17:00:00Z");
    expect(closesWithin([WORKDAYS], BERLIN, { fromMs: shut, toMs: shut })).toBe(shut);
  });

  it("find the gap between two windows that both ends of a span miss", () => {
    const forenoon: Window = { days: [3], fromMinute: 9 * 60, toMinute: 12 * 60 };
    const afternoon: Window = { days: [3], fromMinute: 12 * 60 + 5, toMinute: 17 * 60 };
    const span = { fromMs: at("2026-01-14T11:50:00Z"), toMs: at("2026-01-14T12:20:00Z") };
    expect(closesWithin([forenoon, afternoon], "UTC", span)).toBe(at("2026-01-14T12:00:00Z"));
  });

  it("can be said", () => {
    expect(formatWindow(WORKDAYS)).toBe("Mon, Tue, Wed, Thu 09:00–16:30");
    expect(formatWindow({ days: [0, 1, 2, 3, 4, 5, 6], fromMinute: 0, toMinute: 1_440 })).toBe("00:00–24:00");
  });
});

describe("freezes", () => {
  const moment = (text: string) => ({ fromMs: at(text), toMs: at(text) });
  const whole = (year: number | null): Freeze => ({
    from: { year, month: 12, day: 20, minute: 0 },
    to: { year: year === null ? null : year + 1, month: 1, day: 2, minute: 1_440 },
    reason: "the holidays",
  });

  it("last from the first minute of their first day to the last minute of their last, in local time", () => {
    const on = (text: string) => freezesWithin([whole(2026)], BERLIN, moment(text));
    expect(on("2026-12-19T22:59:59Z")).toEqual([]);
    expect(on("2026-12-19T23:00:00Z")).toEqual([{ reason: "the holidays", untilMs: at("2027-01-02T23:00:00Z") }]);
    expect(on("2027-01-02T22:59:59.999Z")).toHaveLength(1);
    expect(on("2027-01-02T23:00:00Z")).toEqual([]);
    expect(on("2027-12-25T00:00:00Z")).toEqual([]);
  });

  it("come back each year where they name none, over the new year too", () => {
    const on = (text: string) => freezesWithin([whole(null)], "UTC", moment(text));
    for (const year of [2025, 2026, 2031]) {
      expect(on(`${year}-12-25T12:00:00Z`)).toEqual([
        { reason: "the holidays", untilMs: at(`${year + 1}-01-03T00:00:00Z`) },
      ]);
      expect(on(`${year}-01-02T23:59:59Z`)).toHaveLength(1);
      expect(on(`${year}-01-03T00:00:00Z`)).toEqual([]);
      expect(on(`${year}-12-19T23:59:59Z`)).toEqual([]);
    }
  });

  it("are seen coming: one that begins within the span counts, one that begins at its end does not", () => {
    const toMs = at("2026-12-20T00:00:00Z");
    const fromMs = toMs - 60_000;
    expect(freezesWithin([whole(2026)], "UTC", { fromMs, toMs })).toEqual([]);
    expect(freezesWithin([whole(2026)], "UTC", { fromMs, toMs: toMs + 1 })).toHaveLength(1);
    expect(freezesWithin([whole(null)], "UTC", { fromMs, toMs: toMs + 1 })).toHaveLength(1);
  });
});
