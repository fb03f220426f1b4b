import { z } from "zod";
import { formatSize, size } from "../units.ts";
import { BOTH, defineFault } from "./fault.ts";

export const limitBytes = defineFault({
  summary: "cuts a response in the middle, after so many bytes",
  params: z.strictObject({ bytes: size, direction: z.enum(["request", "response"]).default("response") }),
  describe: ({ bytes, direction }) => `lets ${formatSize(bytes)} of the ${direction} through, then cuts it off`,
  protocols: BOTH,
  unit: () => "exchange",
  lossless: () => false,
});
