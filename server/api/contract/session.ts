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
    /** A ticket is good once, and for a minute only. */
    body: z.union([z.strictObject({ token: text(500) }), z.strictObject({ ticket: text(100) })]),
    reply: whoami,
    status: 201,
  },
  "POST /api/v1/session/ticket": {
    summary: "Makes a ticket with which one page may sign in once, within a minute, as who asks",
    body: z.strictObject({}),
    reply: z.object({ ticket: z.string(), expiresAt: instant }),
    status: 201,
  },
  "GET /api/v1/session": { summary: "Tells who asks", reply: whoami },
  "DELETE /api/v1/session": {
    summary: "Ends the session and takes its cookie away",
    reply: z.object({ ended: z.boolean() }),
  },
} as const satisfies Record<string, Route>;
