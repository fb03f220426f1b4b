/** File form of `good`: the criteria for a good sample. */

import { z } from "zod";
import { pattern } from "../match/match.ts";
import { headerName } from "../notation/header.ts";
import { whole } from "../notation/whole.ts";
import type { Criteria, StatusRange } from "../sample/criteria.ts";
import { compileJsonPath } from "../sample/json-path.ts";
import { type Operator, parseComparison } from "../units/comparison.ts";
import { comparison, duration } from "../units/schemas.ts";

const LEAST = 100;
const MOST = 599;
const STATUS = /^(?:([1-5])xx|(\d{3})|(<=|>=|<|>|==|!=)\s*(\d{3}))$/;
const EXPECTED = 'expected a status such as 200, 2xx, "<500" or a list of them, from 100 to 599';

/** The statuses that a comparison allows, as ranges. */
const compared = (operator: Operator, number: number): StatusRange[] => {
  const ranges: Record<Operator, StatusRange[]> = {
    "<": [{ least: LEAST, most: number - 1 }],
    "<=": [{ least: LEAST, most: number }],
    ">": [{ least: number + 1, most: MOST }],
    ">=": [{ least: number, most: MOST }],
    "==": [{ least: number, most: number }],
    "!=": [
      { least: LEAST, most: number - 1 },
      { least: number + 1, most: MOST },
    ],
  };
  return ranges[operator].filter(({ least, most }) => least <= most);
};
/** `2xx`, `200`, `<500` → inclusive ranges; empty when no status can meet the text. */
export const parseStatus = (text: string): StatusRange[] => {
  const [, family, exact, operator, bound] = STATUS.exec(text) ?? [];
  if (family !== undefined) return [{ least: Number(family) * 100, most: Number(family) * 100 + 99 }];
  const number = Number(exact ?? bound);
  if (number < LEAST || number > MOST || Number.isNaN(number)) return [];
  return compared((operator ?? "==") as Operator, number);
};

const one = z.union(
  [
    whole.min(LEAST, { error: EXPECTED }).max(MOST, { error: EXPECTED }),
    z
      .string()
      .regex(STATUS, { error: EXPECTED })
      .refine((text) => parseStatus(text).length > 0, { error: EXPECTED }),
  ],
  { error: EXPECTED },
);
const status = z
  .union([one, z.array(one).min(1)], { error: EXPECTED })
  .transform((given) => (Array.isArray(given) ? given : [given]).flatMap((each) => parseStatus(String(each))))
  .meta({ title: "status", examples: ["2xx", 200, [200, 404], "<500"] });

/** A text is a comparison if the text parses as a comparison, else a pattern; all other values must be equal. */
const node = z
  .union([pattern, z.number(), z.boolean(), z.null()], {
    error: "expected text, a number, true, false, null or a pattern",
  })
  .transform((value) => (typeof value === "string" ? (parseComparison(value) ?? value) : value));
const jsonPath = z
  .string()
  .regex(/^\$/, { error: "expected a JSON path that begins with $", abort: true })
  .superRefine((path, context) => {
    try {
      compileJsonPath(path);
    } catch (error) {
      context.addIssue({ code: "custom", message: (error as Error).message });
    }
  });
const json = z
  .record(jsonPath, node)
  .meta({ title: "map of JSON paths", examples: [{ "$.status": "ok", "$.items": ">= 1" }] });

/** Every key in the order in which issues and docs list the keys. */
export const criteria = z
  .strictObject({
    status: status.exactOptional().describe("The HTTP status: one, a class, a bound, or a list of these."),
    within: duration.exactOptional().describe("From the intended send to the last byte, at most so long."),
    value: comparison.exactOptional().describe("What the measured value must be."),
    body: pattern
      .exactOptional()
      .describe("What the body (or output) must be: exact text, a glob with `*`, or a regex."),
    json: json.exactOptional().describe("JSON paths (RFC 9535) and what the first node of each must be."),
    headers: z.record(headerName, pattern).exactOptional().describe("Response headers and what each must be."),
    connect: duration.exactOptional().describe("TCP: connected within so long."),
    end: z.enum(["clean"]).exactOptional().describe("TCP: both sides ended with FIN, without reset or timeout."),
    error: z
      .literal("meant", { error: "expected `meant`, or no `error` at all" })
      .exactOptional()
      .describe("Says that what a fault of this file answers by itself is meant to be good."),
    exit: whole.min(0).max(255).exactOptional().describe("The exit code of a process."),
  })
  .refine((keys) => Object.keys(keys).some((key) => key !== "error"), {
    error: "names nothing: a sample needs something to be good by, such as { status: 2xx, within: 500ms }",
  })
  .meta({ id: "good", description: "What makes one sample good; all keys must hold." });

export const toCriteria = ({ within, connect, error: _meant, ...rest }: z.output<typeof criteria>): Criteria => ({
  ...rest,
  ...(within === undefined ? {} : { withinMs: within }),
  ...(connect === undefined ? {} : { connectMs: connect }),
});
