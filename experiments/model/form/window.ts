/** File form of windows and freezes, which schedules and policies share. */
import { z } from "zod";
import type { Freeze, LocalDate, Weekday, Window } from "../schedule/window.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;
export const timeZone = z
  .string()
  .min(1)
  .prefault("UTC")
  .describe("IANA name of the zone in whose local time everything here is written.")
  .meta({ title: "time zone", examples: ["Europe/Berlin"] });

const DAY_TIME = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/;
const dayTime = z
  .string({ error: 'expected a time of day such as "09:00", in quotes' })
  .regex(DAY_TIME, { error: 'expected a time of day such as "09:00", "24:00" at most' })
  .meta({ title: "time of day", examples: ["09:00"] });
const minuteOf = (text: string) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));

export const window = z
  .strictObject({
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .prefault([...DAYS])
      .describe("On which days it opens; every day by default."),
    from: dayTime.describe("When it opens."),
    to: dayTime.describe("When it closes; not later than `from`: on the next day."),
  })
  .describe("A time of day in which something may happen.")
  .meta({ examples: [{ days: ["mon", "tue", "wed", "thu"], from: "09:00", to: "16:30" }] });
export const toWindow = ({ days, from, to }: z.output<typeof window>): Window => ({
  days: days.map((day) => DAYS.indexOf(day) as Weekday),
  fromMinute: minuteOf(from),
  toMinute: minuteOf(to),
});

const DATE = /^(?:(\d{4})-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?:T([01]\d|2[0-3]):([0-5]\d))?$/;
const date = z
  .string({ error: 'expected a date such as "2026-12-20", in quotes' })
  .regex(DATE, { error: 'expected a date such as "2026-12-20", "2026-12-20T18:00", or each year "12-20"' })
  .meta({ title: "date", examples: ["2026-12-20", "2026-12-20T18:00", "12-20"] });

export const freeze = z
  .strictObject({
    from: date.describe("When it begins; without a year: each year."),
    to: date.describe("When it ends; a date alone is frozen to its last minute."),
    reason: z.string().min(1).max(200).describe("Why, as people are told."),
  })
  .describe("A time in which nothing may be injected.");

/** `end`: a date without a time means the last moment of that date. Null for a text that is no date. */
export const toLocalDate = (text: string, { end }: { readonly end: boolean }): LocalDate | null => {
  const [, year, month, day, hour, minute] = DATE.exec(text) ?? [];
  if (month === undefined) return null;
  const whole = end ? 1_440 : 0;
  return {
    year: year === undefined ? null : Number(year),
    month: Number(month),
    day: Number(day),
    minute: hour === undefined ? whole : Number(hour) * 60 + Number(minute),
  };
};
export const toFreeze = ({ from, to, reason }: z.output<typeof freeze>): Freeze => ({
  from: toLocalDate(from, { end: false })!,
  to: toLocalDate(to, { end: true })!,
  reason,
});
