import type { Handler } from "../context.ts";

export const haltRun: Handler<"POST /api/v1/runs/:id/halt"> = async ({ runs }, { params, body }) => ({
  halted: await runs.halt(params.id, body),
});
