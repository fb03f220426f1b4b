/** The match grammar: which requests a fault or an expectation means. The same everywhere (DESIGN.md 4). */
import { z } from "zod";

/** File form of one pattern: a string (exact, or a glob when it has a `*`), a regular expression, or absence. */
export const pattern = z.union([
  z.string(),
  z.strictObject({ regex: z.string().max(256) }),
  z.strictObject({ absent: z.literal(true) }),
]);
export type Pattern = z.output<typeof pattern>;

const keys = {
  method: pattern.optional(),
  path: pattern.optional(),
  host: pattern.optional(),
  query: z.record(z.string(), pattern).optional(),
  headers: z.record(z.string().toLowerCase(), pattern).optional(),
};
const positive = z.strictObject(keys);
export const match = z.strictObject({ ...keys, not: positive.optional() });
/** Keys are ANDed; `not` negates the conjunction of its keys. The same in file and model form. */
export type Match = z.output<typeof match>;

/** What a matcher sees of a request. `path` is without the query. Header names are given in lower case. */
export interface RequestView {
  readonly method: string;
  readonly path: string;
  /** The raw query, without `?`. */
  readonly query: string;
  header(name: string): string | undefined;
}
