import { z } from "zod";
import { formatSize } from "../size.ts";
import { size } from "../units.ts";
import { BOTH, defineFault } from "./fault.ts";

export const limitBytes = defineFault({
  summary: "cuts requests or responses in the middle, after so many bytes",
  params: z.strictObject({
    bytes: size.describe("So much passes; then the exchange is cut off."),
    direction: z.enum(["request", "response"]).prefault("response").describe("Which direction is counted and cut."),
  }),
  describe: ({ bytes, direction }) => `lets ${formatSize(bytes)} of the ${direction} through, then cuts it off`,
  label: ({ bytes }) => `cut after ${formatSize(bytes)}`,
  protocols: BOTH,
  unit: () => "exchange",
  lossless: () => false,
});
