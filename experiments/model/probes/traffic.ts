import { z } from "zod";
import { match } from "../match.ts";
import { defineProbe } from "./probe.ts";

export const traffic = defineProbe({
  summary: "counts the real traffic on an edge, as its agents see it",
  params: z.strictObject({
    from: z.string(),
    to: z.string(),
    match: match.optional(),
    /** Look only at what faults acted on, or only at the rest. */
    of: z.enum(["all", "treated", "untreated"]).default("all"),
  }),
  describe: ({ from, to, of }) => `${of === "all" ? "all" : `the ${of}`} traffic from ${from} to ${to}`,
  style: () => "counted",
  criteria: ["status", "within", "headers", "connect", "end"],
});
