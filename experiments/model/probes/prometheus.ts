import { z } from "zod";
import { headers, url } from "../form/text.ts";
import { defineProbe, interval, timeout, via } from "./probe.ts";

export const prometheus = defineProbe({
  summary: "asks a Prometheus server for an instant value",
  params: z.strictObject({
    url: url.describe("The server's address, without /api."),
    query: z
      .string()
      .min(1)
      .describe("PromQL that yields one number.")
      .meta({ examples: ["max(breaker_open)"] }),
    via,
    every: interval.prefault("1s").describe("How often it asks."),
    timeout: timeout.prefault("5s").describe("What takes longer is an errored look."),
    headers: headers.prefault({}).describe("Request headers, for authentication."),
  }),
  describe: ({ query }) => `Prometheus ${query}`,
  style: () => "poll",
  criteria: ["value"],
});
