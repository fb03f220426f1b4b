import { z } from "zod";
import { formatDuration, sayDuration, sayRoundedDuration } from "../units/duration.ts";
import { duration, size } from "../units/schemas.ts";
import { formatSize } from "../units/size.ts";
import { defineFault } from "./fault.ts";

export const reset = defineFault({
  summary: "ends connections with a TCP reset",
  params: z
    .strictObject({
      after: duration
        .prefault("0s")
        .describe("So long after the connection opened, or after the fault came to one that was open."),
      afterBytes: size.optional().describe("After so many bytes of the response direction; then `after` is not used."),
      every: duration
        .refine((ms) => ms >= 100, { error: "expected 100ms or more" })
        .optional()
        .describe("Picks its share of the open connections anew, each such interval."),
    })
    .refine(({ afterBytes, every }) => afterBytes === undefined || every === undefined, {
      path: ["every"],
      message: "use either `afterBytes` or `every`",
    }),
  describe: ({ after, afterBytes, every }) =>
    `resets connections ${every !== undefined ? `every ${formatDuration(every)}` : afterBytes !== undefined ? `after ${formatSize(afterBytes)} of response` : after === 0 ? "at once" : `after ${formatDuration(after)}`}`,
  noun: ({ every }) => `TCP resets${every === undefined ? "" : ` every ${sayDuration(every)}`}`,
  label: ({ after, afterBytes, every }) => {
    if (every !== undefined) return `reset every ${sayRoundedDuration(every)}`;
    if (afterBytes !== undefined) return `reset after ${formatSize(afterBytes)}`;
    return after === 0 ? "reset" : `reset after ${sayRoundedDuration(after)}`;
  },
  lossless: () => false,
});
