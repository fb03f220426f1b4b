/** The zod schemas of the units. File form: string. Model form: number (or Comparison). */
import { z } from "zod";
import { COMPARISON, formatComparison, parseComparison } from "./comparison.ts";
import { DURATION, formatDuration, parseDuration } from "./duration.ts";
import { formatRate, parseRate, RATE } from "./rate.ts";
import { ADDED, formatAdded, formatTimes, parseAdded, parseTimes, TIMES } from "./relative.ts";
import { formatShare, PERCENT, parseShare } from "./share.ts";
import { formatSize, parseSize, SIZE } from "./size.ts";

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

export const duration = written(parseDuration, formatDuration, {
  title: "duration",
  expected: 'a duration such as "250ms", "1.5s" or "2m", 24h at most',
  pattern: DURATION,
  examples: ["250ms"],
});
/** A duration, or the number 0: no limit. */
export const timeout = z
  .union([z.literal(0), duration], { error: 'expected a duration such as "90s", 24h at most, or 0 for no limit' })
  .meta({ title: "duration, or 0 for no limit", examples: ["90s"] });
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
