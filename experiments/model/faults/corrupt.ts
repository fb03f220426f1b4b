import { z } from "zod";
import { formatShare, share } from "../units.ts";
import { BOTH, defineFault } from "./fault.ts";

export const corrupt = defineFault({
  summary: "changes bytes of the body, keeping its length",
  params: z.strictObject({
    bytes: share
      .refine((part) => part > 0, { error: "a share of 0% changes nothing" })
      .prefault("1%")
      .describe("Share of the bytes that change; at least one of each exchange that is hit."),
    direction: z.enum(["both", "request", "response"]).prefault("response").describe("Which direction is changed."),
  }),
  describe: ({ bytes, direction }) =>
    `changes ${formatShare(bytes)} of the bytes of the ${direction === "both" ? "traffic" : direction}`,
  label: ({ bytes }) => `corrupts ${formatShare(bytes)} of bytes`,
  protocols: BOTH,
  unit: () => "exchange",
  lossless: () => false,
});
