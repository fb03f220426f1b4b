import { z } from "zod";
import { orShort } from "../notation/short-form.ts";
import { formatDuration } from "../units/duration.ts";
import { duration } from "../units/schemas.ts";
import { defineFault } from "./fault.ts";
import { within } from "./process.ts";

const grace = duration.refine((ms) => ms <= 60_000, { error: "expected 1m or less" });

export const restart = defineFault({
  summary: "stops a service with SIGTERM, and starts it again",
  params: orShort({
    value: grace,
    key: "grace",
    map: z.strictObject({
      grace: grace.prefault("10s").describe("Time that the service has to end after SIGTERM; then SIGKILL ends it."),
      within,
    }),
    example: { grace: "10s" },
    title: "duration",
  }),
  describe: ({ grace }) => `is restarted: SIGTERM, SIGKILL after ${formatDuration(grace)}, then a new process`,
  noun: () => "a restart",
  label: () => "restart",
  lossless: () => false,
});
