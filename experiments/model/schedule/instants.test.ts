import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cronProblem, dueInstant, nextInstants } from "./instants.ts";
import { localOf } from "./local-time.ts";

const at = (text: string) => Date.parse(text);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const timing = (cron: string, timeZone = "UTC", jitterMs = 0) => ({ name: "s", cron, timeZone, jitterMs });
const between = (of: ReturnType<typeof timing>, from: string, to: string) =>
  nextInstants(of, at(from) - 1, 2_000)
    .map(({ instantMs }) => instantMs)
    .filter((ms) => ms < at(to));
const texts = (instants: readonly number[]) => instants.map((ms) => new Date(ms).toISOString().slice(0, 16));

describe("the instants of a schedule", () => {
  it("are those of its local time", () => {
    const found = between(timing("15 10 * * 1-4", "Europe/Berlin"), "2026-07-13T00:00:00Z", "2026-07-20T00:00:00Z");
    expect(texts(found)).toEqual(["2026-07-13T08:15", "2026-07-14T08:15", "2026-07-15T08:15", "2026-07-16T08:15"]);
  });

  it("invariant 22: fall into a repeated hour once, at its first showing", () => {
    const daily = between(timing("30 2 * * *", "Europe/Berlin"), "2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
    expect(texts(daily)).toEqual(["2026-10-25T00:30", "2026-10-26T01:30"]);
    const often = between(timing("*/15 * * * *", "Europe/Berlin"), "2026-10-25T00:00:00Z", "2026-10-25T03:00:00Z");
    expect(texts(often)).toEqual([
      ...["2026-10-25T00:00", "2026-10-25T00:15", "2026-10-25T00:30", "2026-10-25T00:45"],
      ...["2026-10-25T02:00", "2026-10-25T02:15", "2026-10-25T02:30", "2026-10-25T02:45"],
    ]);
  });

  it("invariant 22: fall into a skipped hour once, at the gap's end", () => {
    const daily = between(timing("30 2 * * *", "America/New_York"), "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z");
    expect(texts(daily)).toEqual(["2026-03-08T07:00", "2026-03-09T06:30"]);
    const often = between(timing("*/20 * * * *", "America/New_York"), "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z");
    expect(texts(often)).toEqual([
      ...["2026-03-08T06:00", "2026-03-08T06:20", "2026-03-08T06:40"],
      ...["2026-03-08T07:00", "2026-03-08T07:20", "2026-03-08T07:40"],
    ]);
  });

  it("keep to a shift of half an hour", () => {
    const back = between(
      timing("*/15 1-2 * * *", "Australia/Lord_Howe"),
      "2026-04-04T13:00:00Z",
      "2026-04-05T00:00:00Z",
    );
    // 01:30 to 02:00 is shown twice.
    expect(texts(back)).toEqual([
      ...["2026-04-04T14:00", "2026-04-04T14:15", "2026-04-04T14:30", "2026-04-04T14:45"],
      ...["2026-04-04T15:30", "2026-04-04T15:45", "2026-04-04T16:00", "2026-04-04T16:15"],
    ]);
    const forth = between(timing("15 2 * * *", "Australia/Lord_Howe"), "2026-10-03T00:00:00Z", "2026-10-05T00:00:00Z");
    expect(texts(forth)).toEqual(["2026-10-03T15:30", "2026-10-04T15:15"]);
  });

  it("are evenly spread where there is no daylight saving, whatever the offset", () => {
    const found = between(timing("45 * * * *", "Asia/Kathmandu"), "2026-03-29T00:00:00Z", "2026-03-30T00:00:00Z");
    expect(found).toHaveLength(24);
    expect(new Set(found.map((ms) => ms % HOUR_MS))).toEqual(new Set([0]));
  });

  it("rise, and show each matching local time once, in a year of any zone", () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"];
    for (const zone of zones) {
      const found = between(timing("7,37 0-4 * * *", zone), "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      const days = new Map<string, number>();
      for (const ms of found) {
        const day = new Date(localOf(ms, zone)).toISOString().slice(0, 10);
        days.set(day, (days.get(day) ?? 0) + 1);
      }
      // Times inside a gap meet at the end of the gap: such a day has fewer instants, never more.
      const counts = [...days.values()].slice(1, -1);
      expect(Math.max(...counts), zone).toBe(10);
      expect(counts.filter((count) => count < 10).length, zone).toBeLessThanOrEqual(1);
    }
  });
});

describe("the instant that is due", () => {
  const daily = timing("30 2 * * *", "Europe/Berlin");

  it("is none before its time, and none that was considered", () => {
    expect(dueInstant(daily, at("2026-07-14T01:00:00Z"), at("2026-07-15T00:29:59Z"))).toBeNull();
    expect(dueInstant(daily, at("2026-07-15T00:30:00Z"), at("2026-07-15T12:00:00Z"))).toBeNull();
  });
  it("is the last one of many that were missed", () => {
    const due = dueInstant(timing("* * * * *"), at("2026-01-01T00:00:00Z"), at("2026-07-15T12:00:30Z"));
    expect(due?.instantMs).toBe(at("2026-07-15T12:00:00Z"));
  });
  it("is the last one of the hour's first showing during its second", () => {
    const due = dueInstant(timing("*/15 * * * *", "Europe/Berlin"), 0, at("2026-10-25T01:20:00Z"));
    expect(due?.instantMs).toBe(at("2026-10-25T00:45:00Z"));
  });
  it("steps through the instants one by one when asked often enough, whatever the zone and time of year", () => {
    const zones = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];
    const from = fc.integer({ min: Date.UTC(2026, 0, 1) / HOUR_MS, max: Date.UTC(2027, 0, 1) / HOUR_MS });
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        from,
        fc.constantFrom(0, 5 * MINUTE_MS, HOUR_MS),
        (zone, hour, jitterMs) => {
          const of = timing("*/10 * * * *", zone, jitterMs);
          const fromMs = hour * HOUR_MS - 1;
          const all = nextInstants(of, fromMs, 40);
          let considered = fromMs;
          const stepped = all.map(({ startMs }) => {
            const due = dueInstant(of, considered, startMs);
            considered = due?.instantMs ?? considered;
            return due;
          });
          expect(stepped).toEqual(all);
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("jitter", () => {
  const spread = (name: string, jitterMs: number) =>
    nextInstants({ ...timing("0 * * * *", "UTC", jitterMs), name }, 0, 200).map(
      ({ instantMs, startMs }) => startMs - instantMs,
    );

  it("is drawn from name and instant, so that every server draws the same", () => {
    expect(spread("a", 5 * MINUTE_MS)).toEqual(spread("a", 5 * MINUTE_MS));
    expect(spread("a", 5 * MINUTE_MS)).not.toEqual(spread("b", 5 * MINUTE_MS));
  });
  it("fills what it may take, and no more", () => {
    const drawn = spread("a", 5 * MINUTE_MS);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(5 * MINUTE_MS);
    expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(4 * MINUTE_MS);
  });
  it("never reaches the next instant, however much it may take", () => {
    const instants = nextInstants(timing("*/5 * * * *", "UTC", 3 * HOUR_MS), 0, 200);
    for (const [i, { startMs }] of instants.entries())
      expect(startMs).toBeLessThan(instants[i + 1]?.instantMs ?? Number.POSITIVE_INFINITY);
  });
});

describe("a cron pattern", () => {
  it.each(["15 10 * * 1-4", "*/5 * * * *", "@daily", "0 0 L * *", "0 9 * * MON-FRI", "0 0 29 2 *"])(
    "may be %s",
    (cron) => {
      expect(cronProblem(cron)).toBeNull();
    },
  );
  it.each([
    ["61 * * * *", /Invalid value for minute/],
    ["* * * *", /five fields/],
    ["0 0 * * * *", /five fields/],
    ["@reboot", /not supported/],
    ["2026-01-01T00:00:00", /minute, hour/],
    ["0 0 30 2 *", /no date is ever like this/],
  ])("may not be %s", (cron, why) => {
    expect(cronProblem(cron)).toMatch(why);
  });
});
