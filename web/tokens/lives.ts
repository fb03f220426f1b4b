/** Lifetimes for a new token, in seconds; null: no expiry. */
const DAY_S = 86_400;
export const LIVES: readonly (readonly [word: string, seconds: number | null])[] = [
  ["12 hours", DAY_S / 2],
  ["7 days", 7 * DAY_S],
  ["90 days", 90 * DAY_S],
  ["1 year", 365 * DAY_S],
  ["for ever", null],
];
