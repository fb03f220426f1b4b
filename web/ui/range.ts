/** Time range that filters a list: as stored in the address and as sent to the API. Pure. */
export const SPANS = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 } as const;
export type Span = keyof typeof SPANS;
/** The last hour, day or week; else between two moments, ISO 8601 in UTC, each of which may be empty. */
export type Range = Span | { readonly since: string; readonly until: string };
export const ALWAYS: Range = { since: "", until: "" };

export const isSpan = (word: string): word is Span => Object.hasOwn(SPANS, word);
/** Instant in ISO 8601; empty: not a valid instant. */
const instantIn = (text: string | null): string => {
  const ms = Date.parse(text ?? "");
  return Number.isNaN(ms) ? "" : new Date(ms).toISOString();
};
export const rangeIn = (query: URLSearchParams): Range => {
  const span = query.get("for") ?? "";
  return isSpan(span) ? span : { since: instantIn(query.get("since")), until: instantIn(query.get("until")) };
};
/** Address query of the range. */
export const queryOfRange = (range: Range): Readonly<Record<string, string>> =>
  typeof range === "string" ? { for: range } : range;

const MINUTE_MS = 60_000;
/** API query of the range. A span advances once a minute, so that the query is the same in between. */
export const momentsOf = (range: Range, wallMs: number): { readonly since?: string; readonly until?: string } => {
  if (typeof range === "string") {
    const minuteMs = Math.floor(wallMs / MINUTE_MS) * MINUTE_MS;
    return { since: new Date(minuteMs - SPANS[range]).toISOString() };
  }
  const { since, until } = range;
  return { ...(since !== "" && { since }), ...(until !== "" && { until }) };
};

/** Value of a local-time input field. `offsetMin`: offset of the local time there, in the sense of `Date`. */
export const localOf = (iso: string, offsetMin: number): string => {
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? "" : new Date(ms - offsetMin * MINUTE_MS).toISOString().slice(0, 16);
};
