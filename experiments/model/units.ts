/**
 * Units as users write units, read into numbers: durations (ms), shares (0..1), rates (per second), sizes (bytes),
 * comparisons. Every reader returns null for text that does not parse; the zod schemas turn null into a sentence.
 */
import { z } from "zod";
import { formatSize, parseSize, SIZE } from "./size.ts";

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
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

const PERCENT = /^(\d+(?:\.\d+)?)%$/;
/** `5%`, `99.9%` → 0.05, 0.999. Rounded to 12 digits, so that `99.9%` is the same number wherever the text is read. */
export const parseShare = (text: string): number | null => {
  const [, number] = PERCENT.exec(text) ?? [];
  if (number === undefined) return null;
  const share = Number((Number(number) / 100).toPrecision(12));
  return share <= 1 ? share : null;
};
export const formatShare = (share: number): string => `${Number((share * 100).toPrecision(6))}%`;

const RATE = /^(\d+(?:\.\d+)?)\/(s|m)$/;
/** `40/s`, `90/m` → per second. */
export const parseRate = (text: string): number | null => {
  const [, number, unit] = RATE.exec(text) ?? [];
  if (number === undefined || Number(number) === 0) return null;
  return Number(number) / (unit === "m" ? 60 : 1);
};
export const formatRate = (perSecond: number): string => `${Number(perSecond.toPrecision(6))}/s`;

const COMPARISON = /^(<=|>=|<|>|==|!=)\s*(-?\d+(?:\.\d+)?)$/;
export type Operator = "<=" | ">=" | "<" | ">" | "==" | "!=";
export interface Comparison {
  readonly operator: Operator;
  readonly number: number;
}
/** `"<= 0.01"`, `">= 1"`. */
export const parseComparison = (text: string): Comparison | null => {
  const [, operator, number] = COMPARISON.exec(text) ?? [];
  return operator === undefined ? null : { operator: operator as Operator, number: Number(number) };
};
const COMPARE: { [O in Operator]: (a: number, b: number) => boolean } = {
  "<=": (a, b) => a <= b,
  ">=": (a, b) => a >= b,
  "<": (a, b) => a < b,
  ">": (a, b) => a > b,
  "==": (a, b) => a === b,
  "!=": (a, b) => a !== b,
};
export const compares = (value: number, { operator, number }: Comparison): boolean => COMPARE[operator](value, number);
export const formatComparison = ({ operator, number }: Comparison): string => `${operator} ${number}`;

const ADDED = /^\+(\d+(?:\.\d+)?%)$/;
/** `+1%` → 0.01: the share to add to the usual share. */
export const parseAdded = (text: string): number | null => {
  const [, percent] = ADDED.exec(text) ?? [];
  return percent === undefined ? null : parseShare(percent);
};
export const formatAdded = (share: number): string => `+${formatShare(share)}`;

const TIMES = /^(\d+(?:\.\d+)?)x$/;
/** `2x` → 2: a multiple of the usual value, at least 1. */
export const parseTimes = (text: string): number | null => {
  const [, number] = TIMES.exec(text) ?? [];
  return number === undefined || Number(number) < 1 ? null : Number(number);
};
export const formatTimes = (times: number): string => `${times}x`;

/** String in the file, number in the model; a text that does not parse gives the expected form. */
const written = <T>(
  parse: (text: string) => T | null,
  format: (value: T) => string,
  { title, expected, pattern, examples }: { title: string; expected: string; pattern: RegExp; examples: string[] },
) =>
  z
    .codec(
      z.string({ error: `expected ${expected}` }).regex(pattern, { error: `expected ${expected}` }),
      z.custom<T>(),
      {
        decode: (text, context) => {
          const value = parse(text);
          if (value !== null) return value;
          context.issues.push({ code: "custom", input: text, message: `expected ${expected}` });
          return z.NEVER;
        },
        encode: format,
      },
    )
    .meta({ title, examples });

/** The zod schemas of the units. File form: string. Model form: number (or Comparison). */
export const duration = written(parseDuration, formatDuration, {
  title: "duration",
  expected: 'a duration such as "250ms", "1.5s" or "2m", 24h at most',
  pattern: DURATION,
  examples: ["250ms"],
});
export const share = written(parseShare, formatShare, {
  title: "share",
  expected: 'a share such as "5%" or "99.9%", 100% at most',
  pattern: PERCENT,
  examples: ["99.9%"],
});
export const rate = written(parseRate, formatRate, {
  title: "rate",
  expected: 'a rate such as "40/s" or "90/m", above 0',
  pattern: RATE,
  examples: ["40/s"],
});
export const size = written(parseSize, formatSize, {
  title: "size",
  expected: 'a size such as "64KiB", "1MB" or "10B"',
  pattern: SIZE,
  examples: ["64KiB"],
});
export const comparison = written(parseComparison, formatComparison, {
  title: "comparison",
  expected: 'a comparison such as "<= 0.01" or ">= 1"',
  pattern: COMPARISON,
  examples: [">= 1"],
});
export const added = written(parseAdded, formatAdded, {
  title: "added share",
  expected: 'an added share such as "+1%"',
  pattern: ADDED,
  examples: ["+1%"],
});
export const times = written(parseTimes, formatTimes, {
  title: "factor",
  expected: 'a factor such as "2x" or "1.5x", 1x at least',
  pattern: TIMES,
  examples: ["2x"],
});
