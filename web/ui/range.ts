/** A range of time that a list is narrowed to, as the address says it and as the API is asked. Pure. */
export const SPANS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
export type Span = keyof typeof SPANS;
/** The last hour, day or week; else between two moments, ISO 8601 in UTC, each of which may be empty. */
export type Range = Span | { readonly since: string; readonly until: string };
export const ALWAYS: Range = { since: "", until: "" };

export const isSpan = (word: string): word is Span => Object.hasOwn(SPANS, word);
/** Empty: it is no moment. */
const instantIn = (text: string | null): string => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString();
};
export const rangeIn = (query: URLSearchParams): Range => {
  const span = query.get("for") ?? "";
  return isSpan(span) ? span : { since: instantIn(query.get("since")), until: instantIn(query.get("until")) };
};
/** For the address. */
export const queryOfRange = (range: Range): Readonly<Record<string, string>> =>
  typeof range === "string" ? { for: range } : range;

const MINUTE_MS = 60_000;
/** For the API. A span moves on once a minute, so that the same is asked in between. */
export const momentsOf = (range: Range, wallMs: number): { readonly since?: string; readonly until?: string } => {
  if (typeof range === "string") {
    const minuteMs = Math.floor(wallMs / MINUTE_MS) * MINUTE_MS;
    return { since: new Date(minuteMs - SPANS[range]).toISOString() };
  }
  const { since, until } = range;
  return { ...(since !== "" && { since }), ...(until !== "" && { until }) };
};

/** What a field of local time shows. `offsetMin`: of the local time there, as `Date` has it. */
export const localOf = (iso: string, offsetMin: number): string => {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? "" : new Date(ms - offsetMin * MINUTE_MS).toISOString().slice(0, 16);
};
