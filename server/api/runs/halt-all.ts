import type { Handler } from "../context.ts";

export const haltAll: Handler<"POST /api/v1/halt"> = async ({ controlPlane }, { body, principal, note }) => {
  const { latch, ...halting } = body;
  note(body.reason);
  return { halted: await controlPlane().runs.haltAll({ ...halting, by: principal.name }, { latch, by: principal }) };
};
