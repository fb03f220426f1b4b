import { cookieName, cookieOptions, isSecure } from "../../security/sessions.ts";
import type { Handler } from "../context.ts";

export const endSession: Handler<"DELETE /api/v1/session"> = async (
  { tokens, config, store },
  { credential, reply },
) => {
  const secure = isSecure(config);
  reply.clearCookie(cookieName(secure, store.cluster), cookieOptions(secure));
  const { principal, parent } = credential;
  // A caller with a token has no session to end, and keeps the token.
  if (parent === null || principal.token === null) return { ended: false };
  await tokens.endSession(principal.token);
  return { ended: true };
};
