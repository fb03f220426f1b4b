import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { formatDuration, sayDuration, sayRoundedDuration } from "../units/duration.ts";
import { duration } from "../units/schemas.ts";
import { defineFault } from "./fault.ts";

export const slowClose = defineFault({
  summary: "passes all data on but holds the end of the connection back",
  params: orShort({
    value: duration,
    key: "delay",
    map: z.strictObject({ delay: duration.describe("So much later the connection closes.") }),
    example: { delay: "2s" },
    title: "duration",
  }),
  describe: ({ delay }) => `closes connections ${formatDuration(delay)} late`,
  noun: ({ delay }) => `${sayDuration(delay)} later ends`,
  label: ({ delay }) => `closes +${sayRoundedDuration(delay)}`,
  lossless: () => true,
});
