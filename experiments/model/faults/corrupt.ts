import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { share } from "../units/schemas.ts";
import { formatShare } from "../units/share.ts";
import { defineFault } from "./fault.ts";

const bytes = share.refine((part) => part > 0, { error: "a share of 0% changes nothing" });
export const corrupt = defineFault({
  summary: "changes bytes of the body, keeping its length",
  params: orShort({
    value: bytes,
    key: "bytes",
    example: { bytes: "1%" },
    title: "share",
    map: z.strictObject({
      bytes: bytes
        .prefault("1%")
        .describe("Share of the bytes that change; at least one of each exchange that is hit."),
      direction: z.enum(["both", "request", "response"]).prefault("response").describe("Which direction is changed."),
    }),
  }),
  describe: ({ bytes, direction }) =>
    `changes ${formatShare(bytes)} of the bytes of the ${direction === "both" ? "traffic" : direction}`,
  noun: ({ bytes }) => `${formatShare(bytes)} wrong bytes`,
  label: ({ bytes }) => `corrupts ${formatShare(bytes)} of bytes`,
  lossless: () => false,
});
