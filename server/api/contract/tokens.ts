import { z } from "zod";
import type { Frozen, Route } from "./route.ts";
import { instance, instant, name, next, page, text } from "./words.ts";

const role = z.enum(["viewer", "operator", "admin", "agent", "join"]);

/** A token without its secret, which nobody but its holder knows. */
export const tokenView = z.object({
  id: z.string(),
  name: z.string(),
  role,
  /** Of agent and join tokens: the service, edges and instance they are bound to; null: not bound. */
  service: z.string().nullable(),
  edges: z.array(z.string()).nullable(),
  instance: z.string().nullable(),
  /** Of a session: the token that it was opened with; null: it is none. */
  parent: z.string().nullable(),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant.nullable(),
  revokedAt: instant.nullable(),
  /** To the minute. */
  lastUsedAt: instant.nullable(),
});
export type TokenView = Frozen<z.output<typeof tokenView>>;

/** Names that stand for the server itself in the audit log. */
const RESERVED = new Set(["local", "server"]);

export const createToken = z
  .strictObject({
    name,
    role,
    service: name.optional(),
    edges: z.array(text(130)).max(1_000).optional(),
    instance: instance.optional(),
    /** Seconds from now; absent: it does not expire. */
    expiresIn: z
      .int()
      .min(60)
      .max(10 * 365 * 86_400)
      .optional(),
  })
  .refine(({ name }) => !RESERVED.has(name), { message: "this name stands for the server itself", path: ["name"] })
  .refine(({ role, service }) => role !== "join" || service !== undefined, {
    message: "a join token is bound to a service: name it",
    path: ["service"],
  })
  .refine(
    ({ role, service, edges, instance }) =>
      role === "agent" || role === "join" || (service ?? edges ?? instance) === undefined,
    {
      message: "only agent and join tokens are bound to a service, edges or an instance",
      path: ["role"],
    },
  );
export type CreateToken = z.input<typeof createToken>;

export const tokens = {
  "GET /api/v1/tokens": {
    summary: "Lists the tokens, newest first",
    query: page,
    reply: z.object({ tokens: z.array(tokenView), next }),
  },
  "POST /api/v1/tokens": {
    summary: "Creates a token and shows it this once",
    body: createToken,
    reply: tokenView.extend({ token: z.string() }),
    status: 201,
  },
  "DELETE /api/v1/tokens/:id": {
    summary: "Revokes a token and the sessions opened with it, and closes the connections of its agents",
    params: z.strictObject({ id: text(100) }),
    reply: tokenView,
  },
} as const satisfies Record<string, Route>;
