/** Parameters that the faults on a service's process share. */
import { duration } from "../units/schemas.ts";

export const within = duration
  .refine((ms) => ms >= 100, { error: "expected 100ms or more" })
  .prefault("15s")
  .describe("Longest time from the exit until the service is ready again; if it takes longer, the run is BROKEN.");
