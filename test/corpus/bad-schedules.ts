/** Invalid schedules, in the form of `bad-experiments.ts`. */
import type { BadFile } from "./bad-experiments.ts";

export const GOOD_SCHEDULE = `apiVersion: squall.dev/v1
kind: Schedule
metadata: { name: nightly }
spec:
  experiment: checkout-survives-slow-payments
  cron: "15 10 * * 1-4"
  timeZone: Europe/Berlin
  windows: [{ days: [mon], from: "09:00", to: "17:00" }]
  freezes: [{ from: "2026-12-20", to: "2027-01-02", reason: the holidays }]
  select: { checkout: { instances: 50% } }
  after: { BROKEN: pause }
`;
const CRON = 'minute, hour, day of month, month and day of week, such as "15 10 * * 1-4"';

export const badSchedules: readonly BadFile[] = [
  {
    name: "no experiment and no cron",
    edits: [
      ["  experiment: checkout-survives-slow-payments\n", ""],
      ['  cron: "15 10 * * 1-4"\n', ""],
      ["spec:", "«spec:"],
    ],
    says: ["missing `experiment`, such as `experiment: slow-payments`", 'missing `cron`, such as `cron: "15 10 * * 1-4"`'],
  },
  {
    name: "a key with a typing error",
    edits: [["timeZone:", "«timezone:"]],
    says: ['unknown key "timezone" → timeZone'],
  },
  {
    name: "six fields",
    edits: [['"15 10 * * 1-4"', '«"0 15 10 * * 1-4"']],
    says: [`expected five fields: ${CRON}, got "0 15 10 * * 1-4"`],
    parserOnly: true,
  },
  {
    name: "a minute that is none",
    edits: [['"15 10 * * 1-4"', '«"75 10 * * 1-4"']],
    says: [`expected ${CRON}; Invalid value for minute: 75, got "75 10 * * 1-4"`],
    parserOnly: true,
  },
  {
    name: "a date instead of a pattern",
    edits: [['"15 10 * * 1-4"', '«"2026-07-15T10:15:00"']],
    says: [`expected ${CRON}, got "2026-07-15T10:15:00"`],
    parserOnly: true,
  },
  {
    name: "a day that never comes",
    edits: [['"15 10 * * 1-4"', '«"0 0 31 4 *"']],
    says: ['no date is ever like this, got "0 0 31 4 *"'],
    parserOnly: true,
  },
  {
    name: "a zone with a typing error",
    edits: [["Europe/Berlin", "«Europe/Berln"]],
    says: ['unknown time zone "Europe/Berln" → Europe/Berlin'],
    parserOnly: true,
  },
  {
    name: "a zone that is nothing like one",
    edits: [["Europe/Berlin", '«"+01:00"']],
    says: ['unknown time zone "+01:00"; write an IANA name such as "Europe/Berlin"'],
    parserOnly: true,
  },
  {
    name: "a time that YAML 1.1 would take for a number",
    edits: [['"09:00"', "«9.5"]],
    says: ['expected a time of day such as "09:00", in quotes, got 9.5'],
  },
  {
    name: "an hour that no day has",
    edits: [['"17:00"', '«"25:00"']],
    says: ['expected a time of day such as "09:00", "24:00" at most, got "25:00"'],
  },
  {
    name: "a window of no length",
    edits: [['"17:00"', '«"09:00"']],
    says: ['opens and closes at "09:00": for the whole day write "00:00" to "24:00"'],
    parserOnly: true,
  },
  {
    name: "a window that opens when the day is over",
    edits: [['"09:00"', '«"24:00"']],
    says: ['a window opens at "23:59" at the latest: write "00:00" of the next day'],
    parserOnly: true,
  },
  {
    name: "a day with its full name",
    edits: [["[mon]", "[«monday]"]],
    says: ['expected sun, mon, tue, wed, thu, fri or sat, got "monday" → mon'],
  },
  {
    name: "a freeze that ends before it begins",
    edits: [['"2027-01-02"', '«"2026-12-01"']],
    says: ["ends before it begins"],
    parserOnly: true,
  },
  {
    name: "a freeze with a year at one end",
    edits: [['"2027-01-02"', '«"01-02"']],
    says: ["give both ends a year, or neither: then it is frozen each year"],
    parserOnly: true,
  },
  {
    name: "a day that its month has not",
    edits: [['"2026-12-20"', '«"2026-11-31"']],
    says: ["there is no day 31 in month 11"],
    parserOnly: true,
  },
  {
    name: "a leap day each year",
    edits: [['from: "2026-12-20", to: "2027-01-02"', 'from: «"02-29", to: "03-02"']],
    says: ["not every year has day 29 in month 2"],
    parserOnly: true,
  },
  {
    name: "no instances",
    edits: [["50%", "«0"]],
    says: ["expected 1 or more, got 0"],
  },
  {
    name: "a verdict with a typing error",
    edits: [["BROKEN", "«BROKE"]],
    says: ['unknown key "BROKE" → BROKEN'],
  },
  {
    name: "a reaction that is none",
    edits: [["pause }", "«stop }"]],
    says: ['expected continue, pause, halt-all or { retry, wait }, got "stop"'],
  },
  {
    name: "no retries",
    edits: [["pause }", "{ retry: «0 } }"]],
    says: ["expected 1 or more, got 0"],
  },
];
