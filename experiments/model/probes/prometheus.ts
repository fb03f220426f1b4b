import { z } from "zod";
import { url } from "../notation/address.ts";
import { headers } from "../notation/header.ts";
import { duration } from "../units/schemas.ts";
import { defineProbe, interval, timeout, via } from "./probe.ts";

export const prometheus = defineProbe({
  summary: "asks a Prometheus server for an instant value",
  params: z.strictObject({
    url: url.describe("The server's address, without /api."),
    query: z
      .string()
      .min(1)
      .describe("PromQL that yields one number: a scalar, or one series.")
      .meta({ examples: ["max(breaker_open)"] }),
    via,
    empty: z
      .union([z.literal("errored"), z.literal("bad"), z.literal(0)], { error: "expected errored, bad or 0" })
      .prefault("errored")
      .describe("A query that matches no series: an errored sample, a bad one, or the value 0.")
      .meta({ title: "errored, bad or 0", examples: ["errored"] }),
    scrape: duration
      .prefault("15s")
      .describe("How often that server scrapes: its newest sample may be so old, so samples count so much later."),
    every: interval.prefault("1s").describe("How often it asks."),
    timeout: timeout.prefault("5s").describe("What takes longer is an errored sample."),
    headers: headers.prefault({}).describe("Request headers, for authentication."),
  }),
  describe: ({ query }) => `Prometheus ${query}`,
  style: () => "poll",
  criteria: ["value"],
});
