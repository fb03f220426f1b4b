import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantOf, isTimeZone, localOf, timeZones } from "./local-time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const shown = (instant: string, zone: string) => new Date(localOf(Date.parse(instant), zone)).toISOString();
const meant = (local: string, zone: string) => new Date(instantOf(Date.parse(`${local}Z`), zone)).toISOString();

const ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/St_Johns"];

describe("local time", () => {
  it("is what the clocks of the zone show", () => {
    expect(shown("2026-01-15T12:00:00.250Z", "Europe/Berlin")).toBe("2026-01-15T13:00:00.250Z");
    expect(shown("2026-07-15T12:00:00Z", "America/New_York")).toBe("2026-07-15T08:00:00.000Z");
    expect(shown("2026-07-15T12:00:00Z", "Asia/Kathmandu")).toBe("2026-07-15T17:45:00.000Z");
    expect(shown("1969-12-31T23:59:59.999Z", "UTC")).toBe("1969-12-31T23:59:59.999Z");
  });

  it("means its first showing where the clocks go back", () => {
    expect(meant("2026-10-25T02:30:00", "Europe/Berlin")).toBe("2026-10-25T00:30:00.000Z");
    expect(meant("2026-11-01T01:30:00", "America/New_York")).toBe("2026-11-01T05:30:00.000Z");
    expect(meant("2026-04-05T01:45:00", "Australia/Lord_Howe")).toBe("2026-04-04T14:45:00.000Z");
  });

  it("means the end of the gap where the clocks go forward", () => {
    expect(meant("2026-03-29T02:30:00", "Europe/Berlin")).toBe("2026-03-29T01:00:00.000Z");
    expect(meant("2026-03-08T02:00:00", "America/New_York")).toBe("2026-03-08T07:00:00.000Z");
    expect(meant("2026-10-04T02:15:00", "Australia/Lord_Howe")).toBe("2026-10-03T15:30:00.000Z");
    // A whole day that Samoa never had.
    expect(meant("2011-12-30T12:00:00", "Pacific/Apia")).toBe("2011-12-30T10:00:00.000Z");
  });

  it("comes back from every instant but those of a second showing, which are earlier by the shift", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: Date.UTC(2020, 0, 1) / MINUTE_MS, max: Date.UTC(2032, 0, 1) / MINUTE_MS }),
        (zone, minute) => {
          const instantMs = minute * MINUTE_MS;
          const local = localOf(instantMs, zone);
          const back = instantOf(local, zone);
          expect(localOf(back, zone)).toBe(local);
          expect([0, HOUR_MS / 2, HOUR_MS]).toContain(instantMs - back);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("never turns back as local time goes on, whatever the clocks do", () => {
    for (const [zone, day] of [
      ["Europe/Berlin", "2026-03-29"],
      ["Europe/Berlin", "2026-10-25"],
      ["Australia/Lord_Howe", "2026-04-05"],
      ["Australia/Lord_Howe", "2026-10-04"],
    ] as const) {
      const midnight = Date.parse(`${day}T00:00:00Z`);
      const instants = Array.from({ length: 24 * 12 }, (_, i) => instantOf(midnight + i * 5 * MINUTE_MS, zone));
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    }
  });
});

describe("time zones", () => {
  it("are known by their names and aliases, and nothing else is", () => {
    for (const zone of [...ZONES, "US/Pacific", "Asia/Katmandu"]) expect(isTimeZone(zone), zone).toBe(true);
    for (const zone of ["Europe/Berln", "", "+01:00", "local", "../etc"]) expect(isTimeZone(zone), zone).toBe(false);
    expect(timeZones()).toContain("Europe/Berlin");
  });
});
