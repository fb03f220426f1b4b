import type { Handler } from "../context.ts";
import { viewOf } from "./view.ts";

export const createToken: Handler<"POST /api/v1/tokens"> = async ({ clock, tokens }, { body, principal, note }) => {
  const { name, role, service = null, edges = null, instance = null, expiresIn } = body;
  const expiresMs = expiresIn === undefined ? null : clock.wallMs() + expiresIn * 1_000;
  const { row, secret } = await tokens.create({ name, role, service, edges, instance, expiresMs, by: principal });
  note(`${row.id} ${name}, ${role}`);
  return { ...viewOf(row), token: secret };
};
