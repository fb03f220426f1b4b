import { mayUse } from "../../security/roles.ts";
import { openSession as begin, cookieName, cookieOptions, isSecure } from "../../security/sessions.ts";
import type { Handler } from "../context.ts";
import { Refusal } from "../errors.ts";
import { iso } from "../times.ts";

export const openSession: Handler<"POST /api/v1/session"> = async (context, { body, request, reply }) => {
  const { tokens, config } = context;
  const credential = await tokens.credentialOf(body.token);
  // A session opened by a session would never end.
  if (credential === null || credential.parent !== null)
    throw new Refusal("not-authorized", "this is no valid token of this server");
  request.credential = credential;
  const { name, role } = credential.principal;
  if (!mayUse(role, "viewer")) throw new Refusal("forbidden", `${name} is ${role}: sessions are for people`);
  const { secret, expiresMs } = await begin(tokens, context.clock, credential);
  const secure = isSecure(config);
  reply.setCookie(cookieName(secure), secret, { ...cookieOptions(secure), expires: new Date(expiresMs) });
  return { name, role, expiresAt: iso(expiresMs) };
};
