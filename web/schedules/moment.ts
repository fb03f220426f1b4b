/** Wording of schedule moments. Pure. */
const UNITS = [
  { ms: 86_400_000, word: "d" },
  { ms: 3_600_000, word: "h" },
  { ms: 60_000, word: "min" },
] as const;
/** Time to go, `in 2 h 5 min`, `in 3 d 4 h`; a due or past moment is `now`. */
export const untilOf = (ms: number): string => {
  const at = UNITS.findIndex((unit) => ms >= unit.ms);
  if (at < 0) return ms > 0 ? "in less than a minute" : "now";
  const [unit, below] = [UNITS[at]!, UNITS[at + 1]];
  const rest = below === undefined ? 0 : Math.floor((ms % unit.ms) / below.ms);
  return `in ${Math.floor(ms / unit.ms)} ${unit.word}${rest > 0 ? ` ${rest} ${below!.word}` : ""}`;
};

/** Local time in a zone, `Thu 10:15`; zone undefined: the user's zone. null: this browser does not know the zone. */
export const localIn = (iso: string, timeZone: string | undefined): string | null => {
  try {
    const format = {
      ...(timeZone === undefined ? {} : { timeZone }),
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    } as const;
    return new Intl.DateTimeFormat("en-GB", format).format(new Date(iso)).replace(",", "");
  } catch {
    return null;
  }
};

/** Local time with the zone's name; empty if equal to the user's local time. */
export const elsewhereOf = (iso: string, timeZone: string): string => {
  const there = localIn(iso, timeZone);
  return there === null || there === localIn(iso, undefined) ? "" : `${there} in ${timeZone}`;
};

export const SKIPPED: Readonly<Record<string, string>> = {
  window: "skipped: outside its windows",
  freeze: "skipped: within a freeze",
  paused: "skipped: it is paused",
};
export const OUTCOMES: Readonly<Record<string, string>> = {
  started: "started",
  retried: "tried again",
  triggered: "started by hand",
  missed: "missed: no server led at that time",
  overlapped: "skipped: its run before was not over",
  window: "skipped: outside its windows",
  freeze: "skipped: within a freeze",
  refused: "refused",
};

export interface Tick {
  readonly at: string;
  /** 0: now; 1: the end of the strip. */
  readonly place: number;
  readonly skipped: string | null;
}
export const STRIP_MS = 86_400_000;
/** Instants within the next 24 h. */
export const ticksOf = (
  next: readonly { readonly startAt: string; readonly skipped: string | null }[],
  wallMs: number,
): readonly Tick[] =>
  next
    .map(({ startAt, skipped }) => ({ at: startAt, place: (Date.parse(startAt) - wallMs) / STRIP_MS, skipped }))
    .filter(({ place }) => place >= 0 && place <= 1);
/** Full hours within the strip, every `every` hours: position and local hour. */
export const hoursOf = (
  wallMs: number,
  every: number,
): readonly { readonly place: number; readonly word: string }[] => {
  const hours: { place: number; word: string }[] = [];
  const first = new Date(wallMs);
  first.setMinutes(0, 0, 0);
  for (let hour = 1; hour <= 24; hour++) {
    const at = new Date(first.getTime() + hour * 3_600_000);
    const place = (at.getTime() - wallMs) / STRIP_MS;
    if (place > 1 || at.getHours() % every !== 0) continue;
    hours.push({ place, word: `${String(at.getHours()).padStart(2, "0")}:00` });
  }
  return hours;
};
