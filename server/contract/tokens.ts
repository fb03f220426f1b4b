import { z } from "zod";
import { agentInstance, edgeId } from "./ids.ts";
import type { Frozen, Route } from "./route.ts";
import { instance, instant, name, next, page, role, text } from "./words.ts";

/** A token without the secret, which only the holder knows. */
export const tokenView = z
  .object({
    id: z.string(),
    name: z.string(),
    role,
    service: z
      .string()
      .nullable()
      .describe("Of agent and join tokens: the service, edges and instance they are bound to; null: not bound."),
    edges: z.array(edgeId).nullable(),
    instance: agentInstance.nullable(),
    parent: z.string().nullable().describe("Of a session: the token that it was opened with; null: it is none."),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    revokedAt: instant.nullable(),
    lastUsedAt: instant.nullable().describe("To the minute."),
  })
  .meta({ id: "Token" });
export type TokenView = Frozen<z.output<typeof tokenView>>;

/** Names that stand for the server in the audit log. */
const RESERVED = new Set(["local", "server"]);

const expiresIn = z
  .int()
  .min(60)
  .max(10 * 365 * 86_400)
  .optional()
  .describe("Seconds from now; absent: it does not expire.");
const bound = { edges: z.array(text(135).brand<"EdgeId">()).max(1_000).optional(), instance: instance.optional() };
export const createToken = z
  .strictObject({ name, role, service: name.optional(), ...bound, expiresIn })
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
/** Body for OpenAPI: the same fields, with the fields of each role in a separate schema. */
const tokenName = name.meta({ not: { enum: [...RESERVED] } });
const createTokenForm = z.union([
  z
    .strictObject({ name: tokenName, role: z.enum(["viewer", "operator", "admin"]), expiresIn })
    .meta({ id: "CreatePersonToken" }),
  z
    .strictObject({ name: tokenName, role: z.literal("agent"), service: name.optional(), ...bound, expiresIn })
    .meta({ id: "CreateAgentToken" }),
  z
    .strictObject({ name: tokenName, role: z.literal("join"), service: name, ...bound, expiresIn })
    .meta({ id: "CreateJoinToken" }),
]);
export type CreateToken = z.input<typeof createToken>;

export const tokens = {
  "GET /api/v1/tokens": {
    operation: "listTokens",
    summary: "Lists the tokens, newest first",
    query: page,
    reply: z.object({ tokens: z.array(tokenView), next }),
  },
  "POST /api/v1/tokens": {
    operation: "createToken",
    summary: "Creates a token, shown in this answer only",
    body: createToken,
    bodyForm: createTokenForm,
    reply: tokenView.extend({ token: z.string().describe("The secret, shown this once.") }).meta({ id: "NewToken" }),
    status: 201,
  },
  "DELETE /api/v1/tokens/:id": {
    operation: "revokeToken",
    errors: ["no-such-token"],
    summary: "Revokes a token and the sessions opened with it, and closes the connections of its agents",
    params: z.strictObject({ id: text(100) }),
    reply: tokenView,
  },
} as const satisfies Record<string, Route>;
