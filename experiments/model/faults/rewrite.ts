import { z } from "zod";
import { defineFault } from "./fault.ts";

const edits = {
  /** Set or replaced; null removes. */
  headers: z.record(z.string().toLowerCase(), z.string().nullable()).default({}),
  body: z.string().max(65_536).optional(),
};

export const rewrite = defineFault({
  summary: "changes the status, headers or body of requests or responses",
  params: z
    .strictObject({
      request: z.strictObject({ ...edits, path: z.string().startsWith("/").optional() }).optional(),
      response: z.strictObject({ ...edits, status: z.int().min(200).max(599).optional() }).optional(),
    })
    .refine(
      ({ request, response }) => request !== undefined || response !== undefined,
      "name what to change: `request` or `response`",
    ),
  describe: ({ request, response }) => {
    const list = (side: string, edit: object | undefined) =>
      Object.entries(edit ?? {})
        .filter(([, value]) => value !== undefined && (typeof value !== "object" || Object.keys(value).length > 0))
        .map(([key]) => `${key} of the ${side}`);
    return `changes ${[...list("request", request), ...list("response", response)].join(" and ")}`;
  },
  protocols: ["http"],
  unit: () => "exchange",
  lossless: () => false,
});
