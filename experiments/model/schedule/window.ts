/** Times of day and of the year in which starts or faults may, or may not, happen: all in the local time of a zone. */
import { instantOf, localOf } from "./local-time.ts";

/** 0 is Sunday, as in cron. */
export type Weekday = 0 | 1 | 2 | 3 | 4 | 5 | 6;
/**
 * Open from `fromMinute` (of the day, 0..1439) on each of `days` until `toMinute`, which is after midnight when not
 * later than `fromMinute`.
 */
export interface Window {
  readonly days: readonly Weekday[];
  readonly fromMinute: number;
  readonly toMinute: number;
}
/** A local date and time; no year: each year. `minute` of the day, 1440 for the end of the day. */
export interface LocalDate {
  readonly year: number | null;
  /** 1..12. */
  readonly month: number;
  readonly day: number;
  readonly minute: number;
}
/** From `from` until just before `to`. Both have a year or neither has; then the freeze may go over the new year. */
export interface Freeze {
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly reason: string;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;

const openAt = (localMs: number) => {
  const minute = Math.floor((localMs % DAY_MS) / MINUTE_MS);
  const day = new Date(localMs).getUTCDay() as Weekday;
  const yesterday = ((day + 6) % 7) as Weekday;
  return ({ days, fromMinute, toMinute }: Window): boolean => {
    if (fromMinute < toMinute) return days.includes(day) && fromMinute <= minute && minute < toMinute;
    // Windows over midnight belong to the day on which the window opened.
    return (days.includes(day) && fromMinute <= minute) || (days.includes(yesterday) && minute < toMinute);
  };
};
/** True: an instant (Unix ms) lies inside a window; without windows, every instant does. */
export const isOpen = (windows: readonly Window[], timeZone: string, atMs: number): boolean =>
  windows.length === 0 || windows.some(openAt(localOf(atMs, timeZone)));

const DAY_NAMES = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const timeOf = (minute: number) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
/** `Mon, Tue 09:00–16:30`; without days where the window opens on every day. */
export const formatWindow = ({ days, fromMinute, toMinute }: Window): string => {
  const on = days.length === 7 ? "" : `${days.map((day) => DAY_NAMES[day]).join(", ")} `;
  return `${on}${timeOf(fromMinute)}–${timeOf(toMinute)}`;
};
/** `2026-12-20 18:00` in a zone's local time. */
export const formatLocal = (instantMs: number, timeZone: string): string =>
  new Date(localOf(instantMs, timeZone)).toISOString().slice(0, 16).replace("T", " ");

/** Span of time, Unix ms, without the end. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The first moment of a span that lies outside all windows; null: the whole span lies inside. */
export const closesWithin = (windows: readonly Window[], timeZone: string, { fromMs, toMs }: Span): number | null => {
  // Windows open and close on whole minutes, and every zone of today is whole minutes away from UTC.
  const firstMinute = Math.floor(fromMs / MINUTE_MS) + 1;
  for (let atMs = fromMs, i = 0; i === 0 || atMs < toMs; i++, atMs = (firstMinute + i - 1) * MINUTE_MS)
    if (!isOpen(windows, timeZone, atMs)) return atMs;
  return null;
};

const localIn = ({ year, month, day, minute }: LocalDate, thisYear: number) =>
  Date.UTC(year ?? thisYear, month - 1, day) + minute * MINUTE_MS;

/** Spans that a freeze covers around `localMs`, in local time, from the year before to the year after. */
const spansOf = ({ from, to }: Freeze, localMs: number): Span[] => {
  if (from.year !== null) return [{ fromMs: localIn(from, 0), toMs: localIn(to, 0) }];
  const year = new Date(localMs).getUTCFullYear();
  return [year - 1, year, year + 1].map((start) => {
    const [fromMs, toMs] = [localIn(from, start), localIn(to, start)];
    return { fromMs, toMs: toMs > fromMs ? toMs : localIn(to, start + 1) };
  });
};
/** Active freeze, with the instant (Unix ms) at which the freeze ends. */
export interface FreezeOn {
  readonly reason: string;
  readonly untilMs: number;
}
/** The freezes that are active at some time of a span; an empty span is the moment of its beginning. */
export const freezesWithin = (freezes: readonly Freeze[], timeZone: string, { fromMs, toMs }: Span): FreezeOn[] =>
  freezes.flatMap((freeze) =>
    spansOf(freeze, localOf(fromMs, timeZone))
      .map((span) => ({ from: instantOf(span.fromMs, timeZone), until: instantOf(span.toMs, timeZone) }))
      .filter(({ from, until }) => (from <= fromMs || from < toMs) && fromMs < until)
      .slice(0, 1)
      .map(({ until }) => ({ reason: freeze.reason, untilMs: until })),
  );
