import { z } from "zod";
import { edgeIdOf, spellEdge } from "../names.ts";
import { edgePlace } from "../notation/edge-place.ts";
import { label } from "../notation/name.ts";
import { orArrow } from "../notation/short-form.ts";
import { duration } from "../units/schemas.ts";
import { defineProbe, interval } from "./probe.ts";

const edge = orArrow(
  z.strictObject({
    from: label.describe("The caller."),
    to: label.describe("The callee."),
    at: edgePlace.exactOptional().describe("Beside which of the two it is counted: caller (default), or callee."),
  }),
).meta({
  title: "edge, or map of both ends",
  examples: ["checkout -> payments"],
});
export const ratio = defineProbe({
  summary: "divides the exchanges of one edge by those of another, over a sliding window",
  params: z.strictObject({
    of: edge.describe("The edge whose exchanges are counted."),
    per: edge.describe("The edge that they are divided by."),
    window: duration
      .refine((ms) => ms >= 1_000, { error: "expected 1s or more: agents report once a second" })
      .prefault("5s")
      .describe("How far back is counted."),
    every: interval.prefault("1s").describe("How often it samples."),
  }),
  describe: ({ of, per }) => {
    const [counted, divisor] = [of, per].map((edge) => spellEdge(edgeIdOf(edge)));
    return `exchanges ${counted} for each ${divisor}`;
  },
  style: () => "poll",
  criteria: ["value"],
});
