/** Match and criteria on the wire: the model form of the match grammar, bounded (DESIGN.md 4). */
import { z } from "zod";
import type { Match } from "../../../experiments/model/match/match.ts";
import { LONGEST_REGEX } from "../../../experiments/model/match/regex.ts";
import type { Criteria } from "../../../experiments/model/sample/criteria.ts";
import { duration, listOf, text, typed } from "./values.ts";

const pattern = z.union([
  text,
  z.strictObject({ regex: z.string().max(LONGEST_REGEX) }),
  z.strictObject({ absent: z.literal(true) }),
]);
const patterns = z.record(text, pattern);
const keys = {
  method: pattern.optional(),
  path: pattern.optional(),
  host: pattern.optional(),
  query: patterns.optional(),
  baggage: patterns.optional(),
  headers: patterns.optional(),
};
export const match = typed<Match>()(z.strictObject({ ...keys, not: z.strictObject(keys).optional() }));

/** Criteria that agents judge by: agents read no bodies, probe no values and run no commands. */
type WatchCriteria = Pick<Criteria, "status" | "withinMs" | "headers" | "connectMs" | "end">;
const status = z.int().min(0).max(999);
export const criteria = typed<WatchCriteria>()(
  z.strictObject({
    status: listOf(z.strictObject({ least: status, most: status })).exactOptional(),
    withinMs: duration.exactOptional(),
    headers: patterns.exactOptional(),
    connectMs: duration.exactOptional(),
    end: z.literal("clean").exactOptional(),
  }),
);
