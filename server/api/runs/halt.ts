import type { Handler } from "../context.ts";

export const haltRun: Handler<"POST /api/v1/runs/:id/halt"> = async (
  { controlPlane },
  { params, body, principal, note },
) => {
  note(body.reason);
  return { halted: await controlPlane().runs.halt(params.id, { ...body, by: principal.name }) };
};
