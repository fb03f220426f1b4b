import { z } from "zod";
import { duration, formatDuration } from "../units.ts";
import { spell } from "../words.ts";
import { BOTH, defineFault } from "./fault.ts";

export const slowClose = defineFault({
  summary: "passes all data on but holds the end of the connection back",
  params: z.strictObject({ delay: duration.describe("So much later the connection closes.") }),
  describe: ({ delay }) => `closes connections ${formatDuration(delay)} late`,
  label: ({ delay }) => `closes +${spell(delay)}`,
  protocols: BOTH,
  unit: () => "connection",
  lossless: () => true,
});
