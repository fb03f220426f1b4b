import type { Handler } from "../context.ts";
import { isoOrNull } from "../times.ts";

export const readSession: Handler<"GET /api/v1/session"> = async (_context, { credential }) => {
  const { principal, parent, expiresMs } = credential;
  const { name, role } = principal;
  return { name, role, expiresAt: parent === null ? null : isoOrNull(expiresMs) };
};
