import { z } from "zod";
import { label } from "../form/text.ts";
import { match } from "../match.ts";
import { defineProbe } from "./probe.ts";

export const traffic = defineProbe({
  summary: "counts the real traffic on an edge, as its agents see it",
  params: z.strictObject({
    from: label.describe("The caller."),
    to: label.describe("The callee."),
    match: match.optional().describe("Which requests are counted; all by default."),
    of: z
      .enum(["all", "treated", "untreated"])
      .prefault("all")
      .describe("All, only what faults acted on, or only the rest."),
  }),
  describe: ({ from, to, of }) => `${of === "all" ? "all" : `the ${of}`} traffic from ${from} to ${to}`,
  style: () => "counted",
  criteria: ["status", "within", "headers", "connect", "end"],
});
