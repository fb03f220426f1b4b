/** Rates in the file's notation: `40/s` is 40 per second. Without zod. */

export const RATE = /^(\d+(?:\.\d+)?)\/(s|m)$/;
/** `40/s`, `90/m` → per second. */
export const parseRate = (text: string): number | null => {
  const [, number, unit] = RATE.exec(text) ?? [];
  if (number === undefined || Number(number) === 0) return null;
  return Number(number) / (unit === "m" ? 60 : 1);
};
export const formatRate = (perSecond: number): string => `${Number(perSecond.toPrecision(6))}/s`;
