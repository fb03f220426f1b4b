import type { Handler } from "../context.ts";

export const haltAll: Handler<"POST /api/v1/halt"> = async ({ term }, { body, principal, note }) => {
  const { latch, ...halting } = body;
  note(body.reason);
  return { halted: await term().runs.haltAll({ ...halting, by: principal.name }, { latch, by: principal }) };
};
