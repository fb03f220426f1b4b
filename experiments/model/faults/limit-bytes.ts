import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { size } from "../units/schemas.ts";
import { formatSize } from "../units/size.ts";
import { defineFault } from "./fault.ts";

export const limitBytes = defineFault({
  summary: "cuts requests or responses in the middle, after so many bytes",
  params: orShort({
    value: size,
    key: "bytes",
    example: { bytes: "100B" },
    title: "size",
    map: z.strictObject({
      bytes: size.describe("So much passes; then the exchange is cut off."),
      direction: z.enum(["request", "response"]).prefault("response").describe("Which direction is counted and cut."),
    }),
  }),
  describe: ({ bytes, direction }) => `lets ${formatSize(bytes)} of the ${direction} through, then cuts it off`,
  noun: ({ bytes, direction }) => `${direction}s cut after ${formatSize(bytes)}`,
  label: ({ bytes }) => `cut after ${formatSize(bytes)}`,
  lossless: () => false,
});
