import { ApiError } from "../../errors.ts";
import { isOfProxy } from "../../security/proxy-identity.ts";
import type { Handler } from "../context.ts";
import { iso } from "../times.ts";

/** Makes a ticket, which stands in the answer alone: the audit log records only the making, and by whom. */
export const makeTicket: Handler<"POST /api/v1/session/ticket"> = async ({ tickets }, { credential }) => {
  if (isOfProxy(credential))
    throw new ApiError("forbidden", "the proxy signs you in on every page: there is nothing to hand on in a ticket");
  const { ticket, expiresMs } = tickets.make(credential);
  return { ticket, expiresAt: iso(expiresMs) };
};
