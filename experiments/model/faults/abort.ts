import { z } from "zod";
import { defineFault } from "./fault.ts";

export const abort = defineFault({
  summary: "answers with an error and never asks the callee",
  params: z.strictObject({
    status: z.int().min(200).max(599),
    body: z.string().max(65_536).default(""),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  describe: ({ status }) => `answers ${status} without asking the callee`,
  protocols: ["http"],
  unit: () => "exchange",
  lossless: () => false,
});
