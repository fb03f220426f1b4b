import { z } from "zod";
import { duration } from "../units.ts";
import { defineProbe } from "./probe.ts";

const edge = z.strictObject({ from: z.string(), to: z.string() });
export const ratio = defineProbe({
  summary: "divides the exchanges of one edge by those of another, over a sliding window",
  params: z.strictObject({ of: edge, per: edge, window: duration.default(5_000), every: duration.default(1_000) }),
  describe: ({ of, per }) => `exchanges ${of.from} → ${of.to} for each ${per.from} → ${per.to}`,
  style: () => "poll",
  criteria: ["value"],
});
