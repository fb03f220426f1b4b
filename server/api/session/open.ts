import type { Api } from "../../contract/index.ts";
import { ApiError } from "../../errors.ts";
import { type Credential, mayUse } from "../../security/roles.ts";
import { openSession as begin, cookieName, cookieOptions, isSecure } from "../../security/sessions.ts";
import type { Context, Handler } from "../context.ts";
import { iso } from "../times.ts";

type Body = Api["POST /api/v1/session"]["body"];

/**
 * Credential of the caller; null: an unknown token, a ticket that is wrong, used or expired, or a ticket whose maker
 * has lost the right meanwhile.
 */
const whoAsks = async ({ tokens, tickets }: Context, body: Body): Promise<Credential | null> => {
  if ("token" in body) {
    const credential = await tokens.credentialOf(body.token);
    // A session opened with a session's secret would never end.
    return credential?.parent === null ? credential : null;
  }
  const credential = tickets.redeem(body.ticket);
  return credential !== null && (await tokens.isStillGood(credential)) ? credential : null;
};

export const openSession: Handler<"POST /api/v1/session"> = async (context, { body, request, reply }) => {
  const { tokens, config, clock, store } = context;
  const credential = await whoAsks(context, body);
  if (credential === null)
    return request.guessed(`this is no valid ${"token" in body ? "token" : "ticket"} of this server`);
  request.credential = credential;
  const { name, role } = credential.principal;
  if (!mayUse(role, "viewer")) throw new ApiError("forbidden", `${name} is ${role}: sessions are for people`);
  const { secret, expiresMs } = await begin(tokens, clock, credential);
  const secure = isSecure(config);
  reply.setCookie(cookieName(secure, store.cluster), secret, {
    ...cookieOptions(secure),
    expires: new Date(expiresMs),
  });
  return { name, role, expiresAt: iso(expiresMs) };
};
