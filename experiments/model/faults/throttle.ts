import { z } from "zod";
import { duration, formatRate, rate } from "../units.ts";
import { defineFault } from "./fault.ts";

export const throttle = defineFault({
  summary: "answers 429 to what comes above a rate",
  params: z.strictObject({
    rate,
    /** Requests that may come at once before the rate counts; by default one second's worth. */
    burst: z.int().min(1).optional(),
    status: z.int().min(400).max(599).default(429),
    /** Sent as Retry-After, in whole seconds, rounded up. */
    retryAfter: duration.default(1_000),
  }),
  describe: ({ rate, status }) => `lets ${formatRate(rate)} requests through and answers ${status} to the rest`,
  protocols: ["http"],
  unit: () => "exchange",
  lossless: () => false,
});
