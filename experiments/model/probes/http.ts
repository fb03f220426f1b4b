import { z } from "zod";
import { headers, httpPath, label, url } from "../form/text.ts";
import { formatRate } from "../units.ts";
import { defineProbe, maxBody, pace, styleOf, timeout, via } from "./probe.ts";

export const http = defineProbe({
  summary: "sends HTTP requests to a service of the mesh, or to a URL outside it",
  params: z
    .strictObject({
      to: label.optional().describe("A service of the mesh; its first endpoint is asked."),
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
    .refine(({ rate, every }) => rate === undefined || every === undefined, { error: "give either `rate` or `every`" }),
  describe: ({ to, url, method, path, rate }) =>
    `${method} ${url ?? `${to}${path}`}${rate === undefined ? "" : ` at ${formatRate(rate)}`}`,
  style: styleOf,
  criteria: ["status", "within", "body", "json", "headers"],
});
