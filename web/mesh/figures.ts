/** Figures of the mesh, short enough for an edge label. Pure. */

/** Placeholder for an unknown figure. */
export const NOTHING = "–";

/** `0.4/s`, `12/s`, `1.2k/s`. */
import { sayRoundedDuration } from "../../experiments/model/units/duration.ts";
export const rateText = (perSecond: number | null): string => {
  if (perSecond === null) return NOTHING;
  if (perSecond >= 1_000) return `${Number((perSecond / 1_000).toFixed(1))}k/s`;
  return `${Number(perSecond.toFixed(perSecond < 10 ? 1 : 0))}/s`;
};
/** Rate of the exchanges that ended; where none ends, the number that is under way, too: `0/s, 12 open`. */
export const passingText = (passing: { readonly perSecond: number; readonly open: number } | null): string => {
  if (passing === null) return NOTHING;
  const { perSecond, open } = passing;
  return perSecond === 0 && open > 0 ? `${rateText(0)}, ${open} open` : rateText(perSecond);
};
/** A few of many are never none, and nearly all are never all. */
export const percentText = (share: number | null): string => {
  if (share === null) return NOTHING;
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  return `${percent < 10 ? Math.floor(percent * 10) / 10 : Math.floor(percent)}%`;
};
export const latencyText = (ms: number | null): string => (ms === null ? NOTHING : sayRoundedDuration(ms));

/** Time left until `endsAt`, as of `at`, both ISO 8601: `12 s`, `2 min 5 s`; null: unknown. */
export const leftText = (endsAt: string | null, at: string): string | null => {
  if (endsAt === null) return null;
  const seconds = Math.max(0, Math.ceil((Date.parse(endsAt) - Date.parse(at)) / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
};
/** `1 service`, `3 services`. */
export const countText = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`;
