import { z } from "zod";
import { anyQuery, haltAll } from "./halt.ts";
import type { Frozen, Route } from "./route.ts";
import { instant, reason } from "./words.ts";

/** Whether runs may start. `halted`: who said halt, why and when; null: they may. */
export const gate = z.object({
  halted: z.object({ reason: z.string(), by: z.string(), at: instant }).nullable(),
});
export type Gate = Frozen<z.output<typeof gate>>;

export const gates = {
  "POST /api/v1/halt": {
    summary: "Halts every run: all faults are taken away at once, and nothing starts until the gate is released",
    query: anyQuery,
    body: haltAll,
    reply: z.object({ halted: z.array(z.string()) }),
  },
  "POST /api/v1/release": {
    summary: "Opens the gate that a halt of everything closed",
    body: z.strictObject({ reason: reason.optional() }),
    reply: gate,
  },
  "GET /api/v1/gate": { summary: "Tells whether runs may start", reply: gate },
} as const satisfies Record<string, Route>;
