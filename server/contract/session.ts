import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instant, role, text } from "./words.ts";

/** Identity and role of the caller. */
export const whoami = z
  .object({
    name: z.string(),
    role,
    expiresAt: instant.nullable().describe("When the session ends; null: a token was sent, no cookie."),
  })
  .meta({ id: "Whoami" });
export type Whoami = Frozen<z.output<typeof whoami>>;

export const session = {
  "POST /api/v1/session": {
    operation: "openSession",
    errors: ["not-authorized", "forbidden"],
    summary: "Exchanges a token for a session cookie, so that no page has to keep the token",
    body: z.union([
      z.strictObject({ token: text(500) }).meta({ id: "SignInByToken" }),
      z
        .strictObject({ ticket: text(100).describe("Good once, and for a minute only.") })
        .meta({ id: "SignInByTicket" }),
    ]),
    answerHeaders: ["Set-Cookie"],
    reply: whoami,
    status: 201,
  },
  "POST /api/v1/session/ticket": {
    operation: "makeTicket",
    summary: "Makes a ticket that signs a page in as the caller, once and within a minute",
    body: z.strictObject({}),
    reply: z.object({ ticket: z.string(), expiresAt: instant }),
    status: 201,
  },
  "GET /api/v1/session": { operation: "readSession", summary: "Shows the caller's name and role", reply: whoami },
  "DELETE /api/v1/session": {
    operation: "endSession",
    summary: "Ends the session and clears the cookie",
    reply: z.object({ ended: z.boolean() }),
    answerHeaders: ["Set-Cookie"],
  },
} as const satisfies Record<string, Route>;
