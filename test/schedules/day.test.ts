/** Days of clock changes, hour by hour on a real database: each start happens once, whichever server leads. */
import { afterEach, describe, expect, it } from "vitest";
import { Stage } from "./stage.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Step of fake time, after which pending work settles. */
const STEP_MS = 7_000;
const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"];

interface Local {
  readonly hour: number;
  readonly minute: number;
}
/** Cron patterns, each with an independent predicate for the same times. */
const PATTERNS: readonly { cron: string; matches: (local: Local) => boolean }[] = [
  { cron: "*/30 * * * *", matches: ({ minute }) => minute % 30 === 0 },
  { cron: "30 2 * * *", matches: ({ hour, minute }) => hour === 2 && minute === 30 },
  { cron: "15,45 1-2 * * *", matches: ({ hour, minute }) => [1, 2].includes(hour) && [15, 45].includes(minute) },
];

/** Local time of a zone, computed without the product's own code. */
const clockOf = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  return (ms: number) => Date.parse(`${format.format(ms).replace(" ", "T")}Z`);
};
const localOf = (shownMs: number): Local => {
  const shown = new Date(shownMs);
  return { hour: shown.getUTCHours(), minute: shown.getUTCMinutes() };
};

/**
 * Expected starts, minute by minute: a local time shown for the first time counts, a local time shown again does not,
 * and a local time that was jumped over counts at once.
 */
const expected = (timeZone: string, matches: (local: Local) => boolean, wallMs: number): number[] => {
  const fromMs = Math.floor(wallMs / MINUTE_MS) * MINUTE_MS;
  const show = clockOf(timeZone);
  const found: number[] = [];
  let latest = show(fromMs - DAY_MS);
  for (let ms = fromMs - DAY_MS + MINUTE_MS; ms <= fromMs + DAY_MS; ms += MINUTE_MS) {
    const now = show(ms);
    const due = [];
    for (let shown = latest + MINUTE_MS; shown <= now; shown += MINUTE_MS) due.push(matches(localOf(shown)));
    latest = Math.max(latest, now);
    if (ms > fromMs && due.includes(true)) found.push(ms);
  }
  return found;
};

const CHANGES = [
  ["Europe/Berlin goes forward", "2026-03-28T18:00:30Z"],
  ["Europe/Berlin goes back", "2026-10-24T18:00:30Z"],
  ["America/New_York goes forward", "2026-03-08T00:00:30Z"],
  ["America/New_York goes back", "2026-10-31T20:00:30Z"],
  ["Australia/Lord_Howe goes forward", "2026-10-03T06:00:30Z"],
  ["Australia/Lord_Howe goes back", "2026-04-04T06:00:30Z"],
] as const;

describe("24 hours of schedules", () => {
  let stage: Stage;
  afterEach(() => stage.close());

  const all = ZONES.flatMap((zone) =>
    PATTERNS.map((pattern, i) => ({ zone, ...pattern, name: `s-${ZONES.indexOf(zone)}-${i}` })),
  );
  const applyAll = async (spec: object = {}) => {
    for (const { zone, cron, name } of all)
      await stage.apply(name, { cron, timeZone: zone, concurrency: "queue", ...spec });
  };
  const instantsOf = (name: string) =>
    stage.started
      .filter(({ submission }) => submission.schedule === name)
      .map(({ submission }) => submission.instantMs);

  it.each(CHANGES)(
    "invariant 22: on the day on which %s, each start happens once and in time, over a takeover",
    async (_, at) => {
      stage = await Stage.open(at);
      await applyAll();
      const fromMs = stage.clock.wallMs();
      // The first server is frozen for a while: after waking, the first server still believes that it leads.
      await stage.elect("first");
      await stage.pass(DAY_MS / 3, STEP_MS);
      await stage.elect("second");
      await stage.pass((DAY_MS * 2) / 3, STEP_MS);
      for (const { name, zone, matches } of all)
        expect(instantsOf(name), name).toEqual(expected(zone, matches, fromMs));
      const late = stage.started.map(({ wallMs, submission }) => wallMs - submission.instantMs!);
      expect(Math.max(...late)).toBeLessThanOrEqual(STEP_MS);
      expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
      expect(new Set(stage.started.map(({ server }) => server))).toEqual(new Set(["first", "second"]));
    },
  );

  it("invariant 22: jitter moves starts and loses none, over the hour that comes twice", async () => {
    stage = await Stage.open("2026-10-24T18:00:30Z");
    await applyAll({ jitter: "20m" });
    const fromMs = stage.clock.wallMs();
    await stage.elect("first");
    await stage.pass(DAY_MS, STEP_MS);
    for (const { name, zone, matches } of all) {
      const wanted = expected(zone, matches, fromMs);
      // The last start may still be waiting for the jitter.
      expect(wanted.slice(0, -1), name).toEqual(instantsOf(name).slice(0, Math.max(0, wanted.length - 1)));
    }
    const late = stage.started.map(({ wallMs, submission }) => wallMs - submission.instantMs!);
    expect(Math.max(...late)).toBeGreaterThan(14 * MINUTE_MS);
  });
});
