/** Parameters that the faults on a service's process share. */
import { duration } from "../units/schemas.ts";

export const within = duration
  .refine((ms) => ms >= 100, { error: "expected 100ms or more" })
  .prefault("15s")
  .describe("The service must be ready again within so long after its exit, or the run is BROKEN.");
