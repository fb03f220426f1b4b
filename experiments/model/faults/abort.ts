import { z } from "zod";
import { faultHeaders, whole } from "../form/text.ts";
import { defineFault } from "./fault.ts";

export const abort = defineFault({
  summary: "answers with an error and never asks the callee",
  params: z.strictObject({
    status: whole
      .min(200)
      .max(599)
      .describe("The HTTP status of the answer.")
      .meta({ examples: [503] }),
    body: z.string().max(65_536).prefault("").describe("The body of the answer."),
    headers: faultHeaders.prefault({}).describe("Headers of the answer."),
  }),
  describe: ({ status }) => `answers ${status} without asking the callee`,
  label: ({ status }) => `answers ${status}`,
  protocols: ["http"],
  unit: () => "exchange",
  lossless: () => false,
});
