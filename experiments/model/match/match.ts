/** The match grammar: which requests a fault or an expectation means. The same everywhere (DESIGN.md 4). */
import { z } from "zod";
import { compileRegex, LONGEST_REGEX } from "./regex.ts";

/** Reports the unsupported part of a regular expression, with the position. */
const regex = z
  .string()
  .max(LONGEST_REGEX)
  .superRefine((source, context) => {
    try {
      compileRegex(source);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });

/**
 * File form of a pattern: a string (exact, or a glob when the string has a `*`), a regular expression of the whole
 * value, or absence.
 */
export const pattern = z
  .union(
    [
      z.string(),
      z.strictObject({ regex: regex.describe("A regular expression of the whole value.") }),
      z.strictObject({ absent: z.literal(true).describe("It must not be there.") }),
    ],
    { error: "expected text, { regex: … } or { absent: true }" },
  )
  .meta({ id: "pattern", title: "text, glob with *, { regex } or { absent: true }", examples: ["/checkout*"] });
export type Pattern = z.output<typeof pattern>;

const keys = {
  method: pattern.optional().describe("The HTTP method."),
  path: pattern.optional().describe("The path, without the query."),
  host: pattern.optional().describe("The host that was asked for."),
  query: z.record(z.string(), pattern).optional().describe("Query parameters by name."),
  headers: z.record(z.string().toLowerCase(), pattern).optional().describe("Request headers by name, in any case."),
  baggage: z
    .record(z.string(), pattern)
    .optional()
    .describe("Members of the W3C `baggage` header by key: what a trace carries along."),
};
const positive = z.strictObject(keys);
export const match = z
  .strictObject({ ...keys, not: positive.optional().describe("What must not fit: the conjunction of its keys.") })
  .meta({ id: "match", description: "Which requests are meant; all keys must fit." });
/** Keys are ANDed; `not` negates the conjunction of its keys. The same in file and model form. */
export type Match = z.output<typeof match>;

/** Request as a matcher sees the request. `path` is without the query. Header names are given in lower case. */
export interface RequestView {
  readonly method: string;
  readonly path: string;
  /** The raw query, without `?`. */
  readonly query: string;
  header(name: string): string | undefined;
}
