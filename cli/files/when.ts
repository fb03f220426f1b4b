/** Time spans and times as given on the command line. */
import { usage } from "../exit.ts";

const SPAN = /^(\d+)(s|m|h|d)$/;
const MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `90d`, `12h` → ms; null: another form. */
const spanOf = (text: string): number | null => {
  const [, number, unit] = SPAN.exec(text) ?? [];
  return number === undefined ? null : Number(number) * MS[unit as keyof typeof MS];
};
export const parseSpan = (flag: string, text: string): number => {
  const ms = spanOf(text);
  if (ms === null) throw usage(`${flag} ${text}: expected a duration such as 30m, 12h or 90d`);
  return ms;
};

const DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;
/** Time as ISO 8601, from an age (`2h`), a day (`2026-01-31`, UTC), or a time with an offset. */
export const parseWhen = (flag: string, text: string, nowMs: number): string => {
  const span = spanOf(text);
  const ms = span !== null ? nowMs - span : DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw usage(`${flag} ${text}: expected how long ago, such as 2h or 7d, or a time such as 2026-01-31T09:00:00Z`);
  return new Date(ms).toISOString();
};
