import type { Handler } from "../context.ts";
import { iso } from "../times.ts";

/** The ticket is in the answer alone: the audit log says that one was made, and by whom. */
export const makeTicket: Handler<"POST /api/v1/session/ticket"> = async ({ tickets }, { credential }) => {
  const { ticket, expiresMs } = tickets.make(credential);
  return { ticket, expiresAt: iso(expiresMs) };
};
