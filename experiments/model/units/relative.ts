/** Bounds relative to a usual value: `+1%` is added to the usual share, `2x` multiplies. Without zod. */
import { formatShare, parseShare } from "./share.ts";

export const ADDED = /^\+(\d+(?:\.\d+)?%)$/;
/** `+1%` → 0.01: the share to add to the usual share. */
export const parseAdded = (text: string): number | null => {
  const [, percent] = ADDED.exec(text) ?? [];
  return percent === undefined ? null : parseShare(percent);
};
export const formatAdded = (share: number): string => `+${formatShare(share)}`;

export const TIMES = /^(\d+(?:\.\d+)?)x$/;
/** `2x` → 2: a multiple of the usual value, at least 1. */
export const parseTimes = (text: string): number | null => {
  const [, number] = TIMES.exec(text) ?? [];
  return number === undefined || Number(number) < 1 ? null : Number(number);
};
export const formatTimes = (times: number): string => `${times}x`;
