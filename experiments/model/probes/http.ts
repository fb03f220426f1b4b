import { z } from "zod";
import { duration, formatRate } from "../units.ts";
import { defineProbe, pace, styleOf } from "./probe.ts";

export const http = defineProbe({
  summary: "sends HTTP requests to a service of the mesh, or to a URL outside it",
  params: z
    .strictObject({
      /** A service of the mesh: its first endpoint is asked. */
      to: z.string().optional(),
      url: z.url({ protocol: /^https?$/ }).optional(),
      method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]).default("GET"),
      path: z.string().startsWith("/").default("/"),
      headers: z.record(z.string().toLowerCase(), z.string()).default({}),
      json: z.json().optional(),
      body: z.string().optional(),
      timeout: duration.default(5_000),
      ...pace,
    })
    .refine(
      ({ to, url }) => (to === undefined) !== (url === undefined),
      "name either `to` (a service of the mesh) or `url`",
    )
    .refine(({ json, body }) => json === undefined || body === undefined, "give either `json` or `body`")
    .refine(({ rate, every }) => rate === undefined || every === undefined, "give either `rate` or `every`"),
  describe: ({ to, url, method, path, rate }) =>
    `${method} ${url ?? `${to}${path}`}${rate === undefined ? "" : ` at ${formatRate(rate)}`}`,
  style: styleOf,
  criteria: ["status", "within", "body", "json", "headers"],
});
