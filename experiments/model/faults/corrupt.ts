import { z } from "zod";
import { formatShare, share } from "../units.ts";
import { BOTH, defineFault } from "./fault.ts";

export const corrupt = defineFault({
  summary: "changes bytes of the body, keeping its length",
  params: z.strictObject({
    /** Share of the bytes that change; of each struck exchange at least one. */
    bytes: share.default(0.01),
    direction: z.enum(["both", "request", "response"]).default("response"),
  }),
  describe: ({ bytes, direction }) =>
    `changes ${formatShare(bytes)} of the bytes of the ${direction === "both" ? "traffic" : direction}`,
  protocols: BOTH,
  unit: () => "exchange",
  lossless: () => false,
});
