import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { defineFault } from "./fault.ts";
import { faultHeaders } from "./headers.ts";

const STATUS = "expected a status from 200 to 599 such as 503";
const status = z
  .int({ error: STATUS })
  .min(200, { error: STATUS })
  .max(599, { error: STATUS })
  .describe("The HTTP status of the answer.")
  .meta({ examples: [503] });
export const abort = defineFault({
  summary: "answers with an error and never asks the callee",
  params: orShort({
    value: status,
    key: "status",
    map: z.strictObject({
      status,
      body: z.string().max(65_536).prefault("").describe("The body of the answer."),
      headers: faultHeaders.prefault({}).describe("Headers of the answer."),
    }),
    example: { status: 503 },
    title: "status",
  }),
  describe: ({ status }) => `answers ${status} without asking the callee`,
  noun: ({ status }) => `answers of ${status}`,
  label: ({ status }) => `answers ${status}`,
  lossless: () => false,
});
