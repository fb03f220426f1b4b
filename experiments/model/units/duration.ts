/** Durations in the file's notation, and in sentences: exact, rounded, or as an offset. Without zod. */

export const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
/** Longest allowed duration: 24 h. Longer durations are typing errors. */
const LONGEST_MS = 24 * MS.h;

/** `250ms`, `1.5s`, `2m`, `1h` → milliseconds. */
export const parseDuration = (text: string): number | null => {
  const [, number, unit] = DURATION.exec(text) ?? [];
  if (number === undefined) return null;
  // Rounded, so that 1.001s is 1001 and not a hair less.
  const ms = Number((Number(number) * MS[unit as keyof typeof MS]).toPrecision(12));
  return ms <= LONGEST_MS ? ms : null;
};

/** Milliseconds → the shortest exact form: 1500 → `1.5s`. */
export const formatDuration = (ms: number): string => {
  if (ms !== 0 && ms % MS.h === 0) return `${ms / MS.h}h`;
  if (ms !== 0 && ms % MS.m === 0) return `${ms / MS.m}m`;
  if (ms >= MS.s) return `${Math.round(ms) / MS.s}s`;
  return `${Math.round(ms * 100) / 100}ms`;
};

/** Duration inside a sentence, with a space before the unit: `2 s`, `1.5 s`, `250 ms`. */
export const sayDuration = (ms: number): string => formatDuration(ms).replace(/[a-z]+$/, " $&");

/** 3100 → `3.1 s`; below a second in milliseconds: 250 → `250 ms`. */
export const sayRoundedDuration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${Number((ms / 1_000).toFixed(1))} s`;

/** An offset into a phase: 3100 → `+3.1 s`. */
export const sayOffset = (ms: number): string => `${ms < 0 ? "-" : "+"}${(Math.abs(ms) / 1_000).toFixed(1)} s`;
