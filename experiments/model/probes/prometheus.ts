import { z } from "zod";
import { duration } from "../units.ts";
import { defineProbe } from "./probe.ts";

export const prometheus = defineProbe({
  summary: "asks a Prometheus server for an instant value",
  params: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    query: z.string().min(1),
    every: duration.default(1_000),
    timeout: duration.default(5_000),
    headers: z.record(z.string().toLowerCase(), z.string()).default({}),
  }),
  describe: ({ query }) => `Prometheus ${query}`,
  style: () => "poll",
  criteria: ["value"],
});
