/** Shares in the file's notation: `5%` is 0.05. Without zod. */

export const PERCENT = /^(\d+(?:\.\d+)?)%$/;
/** `5%`, `99.9%` → 0.05, 0.999. Rounded to 12 digits, so that `99.9%` is the same number wherever the text is read. */
export const parseShare = (text: string): number | null => {
  const [, number] = PERCENT.exec(text) ?? [];
  if (number === undefined) return null;
  const share = Number((Number(number) / 100).toPrecision(12));
  return share <= 1 ? share : null;
};
export const formatShare = (share: number): string => `${Number((share * 100).toPrecision(6))}%`;
