import { z } from "zod";
import { duration, formatDuration, formatSize, size } from "../units.ts";
import { BOTH, defineFault } from "./fault.ts";

export const reset = defineFault({
  summary: "ends connections with a TCP reset",
  params: z
    .strictObject({
      /** Time after the connection opened, or after the fault came for one already open. */
      after: duration.default(0),
      /** Bytes of the response direction that pass before the reset; then `after` is not used. */
      afterBytes: size.optional(),
      /** Picks its share of the open connections anew, each such interval. */
      every: duration.refine((ms) => ms >= 100, "expected 100ms or more").optional(),
    })
    .refine(({ afterBytes, every }) => afterBytes === undefined || every === undefined, {
      path: ["every"],
      message: "use either `afterBytes` or `every`",
    }),
  describe: ({ after, afterBytes, every }) =>
    `resets connections ${every !== undefined ? `every ${formatDuration(every)}` : afterBytes !== undefined ? `after ${formatSize(afterBytes)} of response` : after === 0 ? "at once" : `after ${formatDuration(after)}`}`,
  protocols: BOTH,
  unit: () => "connection",
  lossless: () => false,
});
