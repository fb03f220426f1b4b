import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { whole } from "../notation/whole.ts";
import { formatRate } from "../units/rate.ts";
import { duration, rate } from "../units/schemas.ts";
import { defineFault } from "./fault.ts";

export const throttle = defineFault({
  summary: "answers 429 to what comes above a rate",
  params: orShort({
    value: rate,
    key: "rate",
    example: { rate: "10/s" },
    title: "rate",
    map: z.strictObject({
      rate: rate.describe("Requests that pass."),
      burst: whole
        .min(1)
        .optional()
        .describe("Requests that may come at once before the rate counts; one second's worth by default."),
      status: whole.min(400).max(599).prefault(429).describe("The HTTP status of what is refused."),
      retryAfter: duration.prefault("1s").describe("Sent as Retry-After, in whole seconds, rounded up."),
    }),
  }),
  describe: ({ rate, status }) => `lets ${formatRate(rate)} requests through and answers ${status} to the rest`,
  noun: ({ rate, status }) => `answers of ${status} above ${formatRate(rate)}`,
  label: ({ rate, status }) => `${status} above ${formatRate(rate)}`,
  lossless: () => false,
});
