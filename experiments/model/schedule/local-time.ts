/**
 * Local time of a zone, from the tables of the time zone database that every JavaScript engine carries. A local time is
 * written as the Unix milliseconds at which UTC would show that time, so that calendar arithmetic works as if all were
 * UTC.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Creating a reader takes longer than ten readings. Zones have aliases and no case, so the cache has a bound. */
const MOST_READERS = 1_000;
const readers = new Map<string, Intl.DateTimeFormat>();
const readerOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = readers.get(timeZone);
  if (known !== undefined) return known;
  const reader = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, calendar: "iso8601", numberingSystem: "latn", hourCycle: "h23" },
    ...{ year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" },
  });
  if (readers.size === MOST_READERS) readers.clear();
  readers.set(timeZone, reader);
  return reader;
};

/** True: a zone of this name (`Europe/Berlin`, `UTC`) is known. */
export const isTimeZone = (timeZone: string): boolean => {
  // Fixed offsets, which newer engines accept as zones, have no daylight saving, which is never intended.
  if (!/^[A-Za-z]/.test(timeZone)) return false;
  try {
    readerOf(timeZone);
    return true;
  } catch {
    return false;
  }
};
/** Names to suggest. */
export const timeZones = (): readonly string[] => ["UTC", ...Intl.supportedValuesOf("timeZone")];

/** Local time that the clocks of a zone show at an instant (Unix ms). */
export const localOf = (instantMs: number, timeZone: string): number => {
  const parts = readerOf(timeZone).formatToParts(instantMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const localMs = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return localMs + (((instantMs % 1_000) + 1_000) % 1_000);
};

/**
 * The first instant in [fromMs, toMs] at which the clocks show `localMs` or later; in that span the clocks run forwards
 * except for at most a single jump.
 */
const firstShowing = (localMs: number, timeZone: string, fromMs: number, toMs: number): number => {
  let [early, late] = [fromMs, toMs];
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (localOf(middle, timeZone) >= localMs) late = middle;
    else early = middle;
  }
  return late;
};

/**
 * The instant (Unix ms) of a local time. A time that is shown twice means the first showing; a time that is never shown
 * means the moment at which the clocks jump over that time. The instant therefore never falls when local time rises.
 */
export const instantOf = (localMs: number, timeZone: string): number => {
  // No zone is a day away from UTC, and none changes the offset twice within two days.
  const offsets = [localMs - DAY_MS, localMs + DAY_MS].map((ms) => localOf(ms, timeZone) - ms);
  const candidates = offsets.map((offset) => localMs - offset).sort((a, b) => a - b);
  const shown = candidates.find((ms) => localOf(ms, timeZone) === localMs);
  return shown ?? firstShowing(localMs, timeZone, candidates[0]! - 1, candidates[1]!);
};
