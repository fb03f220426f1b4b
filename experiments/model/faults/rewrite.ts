import { z } from "zod";
import { httpPath } from "../notation/address.ts";
import { headerValue } from "../notation/header.ts";
import { whole } from "../notation/whole.ts";
import { defineFault } from "./fault.ts";
import { faultHeader } from "./headers.ts";

const edits = {
  headers: z
    .record(faultHeader, headerValue.nullable())
    .prefault({})
    .describe("Headers that are set or replaced; null removes one.")
    .meta({ title: "map of headers", examples: [{ "cache-control": "no-store", etag: null }] }),
  body: z.string().max(65_536).optional().describe("The new body."),
};

export const rewrite = defineFault({
  summary: "changes the status, headers or body of requests or responses",
  params: z
    .strictObject({
      request: z
        .strictObject({ ...edits, path: httpPath.optional().describe("The new path and query.") })
        .optional()
        .describe("What is changed of requests."),
      response: z
        .strictObject({ ...edits, status: whole.min(200).max(599).optional().describe("The new status.") })
        .optional()
        .describe("What is changed of responses."),
    })
    .refine(({ request, response }) => request !== undefined || response !== undefined, {
      error: "name what to change: `request` or `response`",
    }),
  describe: ({ request, response }) => {
    const list = (side: string, edit: object | undefined) =>
      Object.entries(edit ?? {})
        .filter(([, value]) => value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0))
        .map(([key]) => `${key} of the ${side}`);
    return `changes ${[...list("request", request), ...list("response", response)].join(" and ")}`;
  },
  noun: ({ request, response }) =>
    `rewritten ${request === undefined ? "responses" : response === undefined ? "requests" : "requests and responses"}`,
  label: ({ request, response }) => {
    if (response?.status !== undefined) return `rewrites to ${response.status}`;
    return `rewrites ${request === undefined ? "responses" : response === undefined ? "requests" : "both ways"}`;
  },
  lossless: () => false,
});
