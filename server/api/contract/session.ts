import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instant, text } from "./words.ts";

/** Who asks, and what as. */
export const whoami = z.object({
  name: z.string(),
  role: z.enum(["viewer", "operator", "admin", "agent", "join"]),
  /** When the session ends; null: a token was sent, no cookie. */
  expiresAt: instant.nullable(),
});
export type Whoami = Frozen<z.output<typeof whoami>>;

export const session = {
  "POST /api/v1/session": {
    summary: "Exchanges a token for a session cookie, so that no page has to keep the token",
    body: z.strictObject({ token: text(500) }),
    reply: whoami,
    status: 201,
  },
  "GET /api/v1/session": { summary: "Tells who asks", reply: whoami },
  "DELETE /api/v1/session": {
    summary: "Ends the session and takes its cookie away",
    reply: z.object({ ended: z.boolean() }),
  },
} as const satisfies Record<string, Route>;
