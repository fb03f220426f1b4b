import { z } from "zod";
import { httpPath, url } from "../notation/address.ts";
import { headers } from "../notation/header.ts";
import { formatRate } from "../units/rate.ts";
import { defineProbe, maxBody, pace, styleOf, timeout, via } from "./probe.ts";
import { describeEndpoint, serviceOfTarget } from "./target.ts";
import { probeTarget } from "./target-form.ts";

export const http = defineProbe({
  summary: "sends HTTP requests to a service of the mesh, or to a URL outside it",
  params: z
    .strictObject({
      to: probeTarget.optional(),
      url: url.optional().describe("What is asked outside the mesh."),
      via,
      method: z
        .enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
        .prefault("GET")
        .describe("The HTTP method."),
      path: httpPath.prefault("/").describe("Path and query; goes with `to`."),
      headers: headers.prefault({}).describe("Request headers."),
      json: z.json().optional().describe("A body, sent as JSON.").meta({ title: "anything" }),
      body: z.string().optional().describe("A body, sent as it is."),
      timeout: timeout.prefault("5s").describe("An answer that takes longer is bad."),
      maxBody,
      trace: z
        .enum(["none", "sampled"])
        .optional()
        .describe(
          "Trace context that is sent: `sampled` sets its flag, `none` sends none. By default it is not sampled.",
        ),
      of: z
        .enum(["all", "treated", "untreated"])
        .optional()
        .describe(
          "All, only requests that a fault hit, themselves or what they caused, or only the rest; needs the trace.",
        ),
      ...pace,
    })
    .refine(({ to, url }) => (to === undefined) !== (url === undefined), {
      error: "name either `to` (a service of the mesh) or `url`",
    })
    .refine(({ to, via }) => to === undefined || via === undefined, {
      path: ["via"],
      error: "`via` goes with `url`: with `to` the path begins at that service",
    })
    .refine(({ url, path }) => url === undefined || path === "/", {
      path: ["path"],
      error: "`path` goes with `to`; write it into `url`",
    })
    .refine(({ json, body }) => json === undefined || body === undefined, { error: "give either `json` or `body`" })
    .refine(({ of = "all", trace }) => of === "all" || trace !== "none", {
      path: ["of"],
      error: "without a trace nobody knows what a fault hit: take `trace: none` away",
    })
    .refine(({ rate, every }) => rate === undefined || every === undefined, { error: "give either `rate` or `every`" }),
  describe: ({ to, url, method, path, rate, of = "all" }) => {
    const target = to === undefined ? url : `${serviceOfTarget(to)}${path}${describeEndpoint(to)}`;
    const pacing = rate === undefined ? "" : ` at ${formatRate(rate)}`;
    return `${method} ${target}${pacing}${of === "all" ? "" : `, the ${of} ones`}`;
  },
  style: styleOf,
  criteria: ["status", "within", "body", "json", "headers"],
});
