import { z } from "zod";
import { runId } from "./ids.ts";
import type { Frozen, Route } from "./route.ts";

/** A run's hold on an edge (`checkout->payments`) or a service (`service:checkout`). */
export const claimView = z
  .object({
    resource: z.string(),
    run: runId,
    mode: z.enum(["exclusive", "shared"]),
  })
  .meta({ id: "Claim" });
export type ClaimView = Frozen<z.output<typeof claimView>>;

export const claims = {
  "GET /api/v1/claims": {
    operation: "listClaims",
    summary: "Lists which runs claim which edges and services",
    reply: z.object({ claims: z.array(claimView) }),
  },
} as const satisfies Record<string, Route>;
