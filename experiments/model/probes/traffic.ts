import { z } from "zod";
import { match } from "../match/match.ts";
import { edgePlace } from "../notation/edge-place.ts";
import { label } from "../notation/name.ts";
import { orArrow } from "../notation/short-form.ts";
import { defineProbe } from "./probe.ts";

export const traffic = defineProbe({
  summary: "counts the real traffic on an edge, as its agents see it",
  params: orArrow(
    z.strictObject({
      from: label.describe("The caller."),
      to: label.describe("The callee."),
      at: edgePlace.exactOptional().describe("Beside which of the two it is counted: caller (default), or callee."),
      match: match.optional().describe("Which requests are counted; all by default."),
      of: z
        .enum(["all", "treated", "untreated"])
        .prefault("all")
        .describe("All, only what faults acted on, or only the rest."),
      cancelled: z
        .enum(["bad", "ignore", "judge"])
        .exactOptional()
        .describe(
          "What an exchange is that its caller gave up: bad, left out, or judged as it ended. By default bad if the caller had waited longer than `within` (without it: longer than 99% of the baseline's answers took), else left out.",
        ),
    }),
  ).meta({ title: "edge, or map", examples: ["gateway -> checkout", { from: "gateway", to: "checkout" }] }),
  describe: ({ from, to, at, of }) =>
    `${of === "all" ? "all" : `the ${of}`} traffic from ${from} to ${to}${at === "callee" ? ", as it arrives there" : ""}`,
  style: () => "counted",
  criteria: ["status", "within", "headers", "connect", "end"],
});
