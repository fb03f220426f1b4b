import { z } from "zod";
import { anyBody, anyQuery, haltAll, haltAllFields, halted } from "./halt.ts";
import type { Frozen, Route } from "./route.ts";
import { instant, reason } from "./words.ts";

/** Gate that lets runs start. `halted`: author, reason and time of the halt; null: runs may start. */
export const gate = z
  .object({
    halted: z.object({ reason: z.string(), by: z.string(), at: instant }).nullable(),
  })
  .meta({ id: "Gate" });
export type GateView = Frozen<z.output<typeof gate>>;

export const gates = {
  "POST /api/v1/halt": {
    operation: "haltAll",
    summary: "Halts every run: removes all faults at once, and blocks new runs until the gate is released",
    query: anyQuery,
    body: haltAll,
    bodyForm: anyBody("HaltAll", haltAllFields),
    reply: halted,
  },
  "POST /api/v1/release": {
    operation: "releaseGate",
    summary: "Opens the gate that a halt of all runs closed",
    body: z.strictObject({ reason: reason.optional() }),
    reply: gate,
  },
  "GET /api/v1/gate": { operation: "readGate", summary: "Tells whether runs may start", reply: gate },
} as const satisfies Record<string, Route>;
