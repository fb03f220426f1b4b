import { z } from "zod";
import { label } from "../notation/name.ts";
import { orArrow } from "../notation/short-form.ts";
import { duration } from "../units/schemas.ts";
import { defineProbe, interval } from "./probe.ts";

const edge = orArrow(z.strictObject({ from: label.describe("The caller."), to: label.describe("The callee.") })).meta({
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
  describe: ({ of, per }) => `exchanges ${of.from} → ${of.to} for each ${per.from} → ${per.to}`,
  style: () => "poll",
  criteria: ["value"],
});
